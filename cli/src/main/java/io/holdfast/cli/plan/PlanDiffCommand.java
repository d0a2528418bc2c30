package io.holdfast.cli.plan;

import io.holdfast.cli.OutputOption;
import io.holdfast.cli.Workspace;
import io.holdfast.plan.diff.PlanChanges;
import io.holdfast.plan.diff.PlanDiff;
import io.holdfast.plan.file.PlanFile;
import io.holdfast.plan.render.Markdown;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast plan diff}: what differs between two plans. */
@Command(
        name = "diff",
        description = {
            "Say in words what differs between two plans, who must agree to the change, and which approvals it voids.",
            "Comments, spacing and the order of keys are no difference. The page is Markdown."
        },
        footer = {
            "",
            "Exit code: 0: nothing differs that counts. 1: something does.",
            "",
            "Example:",
            "  git show HEAD~:plan.yaml > old.yaml && holdfast plan diff old.yaml plan.yaml"
        })
final class PlanDiffCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Parameters(index = "0", paramLabel = "BEFORE", description = "The plan as it was.")
    private Path before = Path.of("");

    @Parameters(index = "1", paramLabel = "AFTER", description = "The plan as it is.")
    private Path after = Path.of("");

    @Override
    public Integer call() {
        var folder = Workspace.surroundings(spec).workingDirectory();
        var changes = PlanDiff.between(PlanFile.load(folder.resolve(before)), PlanFile.load(folder.resolve(after)));
        output.printText(out -> print(changes, out), () -> changes);
        return changes.isEmpty() ? 0 : 1;
    }

    private static void print(PlanChanges changes, PrintWriter out) {
        if (changes.isEmpty()) {
            out.println("nothing differs that counts: both are %s".formatted(Markdown.inline(changes.after())));
            return;
        }
        out.println("# What changed in the plan");
        out.println();
        out.println("- before: %s".formatted(Markdown.inline(changes.before())));
        out.println("- after: %s".formatted(Markdown.inline(changes.after())));
        changes.needed().forEach(needed -> out.println("- the change needs: %s".formatted(Markdown.inline(needed))));
        for (var section : changes.sections()) {
            out.println();
            out.println("## %s".formatted(section.title()));
            out.println();
            section.changes().forEach(change -> out.println("- %s".formatted(Markdown.inline(change))));
        }
        out.println();
        out.println("## Approvals that are void");
        out.println();
        out.println("Every approval that was given for a run of the old plan; the old plan asks for these:");
        out.println();
        changes.voided().forEach(approval -> out.println("- %s".formatted(Markdown.inline(approval))));
        if (changes.voided().isEmpty()) {
            out.println("- none");
        }
    }
}
