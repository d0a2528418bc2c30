package io.holdfast.cli.plan;

import io.holdfast.cli.OutputOption;
import io.holdfast.cli.TakesSettings;
import io.holdfast.cli.Workspace;
import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.plan.check.PlanFinding;
import io.holdfast.plan.file.PlanFile;
import io.holdfast.problem.Finding.Severity;
import io.holdfast.runbook.journal.Texts;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast plan check}: whether a plan can work. */
@Command(
        name = "check",
        sortOptions = false,
        description = {
            "Check a plan and report everything at once: what makes no sense, what was left blank, whom nobody can reach, objectives that"
                    + " the backups or the procedures cannot keep (with the arithmetic), steps that go wrong when they are done as"
                    + " written, and what fails together with that which it is to save.",
            "With --live it also asks the world, side by side and without changing anything: whether what each step touches is there, and"
                    + " whether the newest backup and proof are young enough. An action that is not installed here answers 'unknown'.",
            "Exit code 0: no errors, perhaps warnings; 1: errors. With --strict warnings and what is unknown count, too."
        },
        footer = {
            "",
            "Examples:",
            "  holdfast plan check plan.yaml",
            "  holdfast plan check plan.yaml --strict          in CI",
            "  holdfast plan check plan.yaml --live --environment prod",
            "  holdfast plan check plan.yaml -o json | jq '.[] | select(.severity == \"ERROR\")'"
        })
final class PlanCheckCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Parameters(paramLabel = "FILE", description = "The plan.")
    private Path file = Path.of("plan.yaml");

    @Option(names = "--strict", description = "Warnings fail, too.")
    private boolean strict;

    @Option(names = "--live", description = "Ask the world, too, and the evidence how long procedures took.")
    private boolean live;

    @Option(
            names = "--environment",
            paramLabel = "NAME",
            description = "With --live: where to ask. Default: in every environment of the plan.")
    private @Nullable String environment;

    @Option(names = "--passed", description = "Show also what is as it should be.")
    private boolean passed;

    @Override
    public List<Setting<?>> settings() {
        return Stream.of(Settings.OF_THE_REPOSITORY, List.<Setting<?>>of(Settings.STATE_DIRECTORY))
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public Integer call() throws InterruptedException {
        var surroundings = Workspace.surroundings(spec);
        var read = PlanFile.read(PlanFile.text(surroundings.workingDirectory().resolve(file)));
        var look = new PlanFindings(() -> Workspace.actions(spec, Map::of), surroundings, () -> Workspace.of(spec));
        var findings = new ArrayList<>(live ? look.measured(read) : look.written(read));
        if (live) {
            findings.addAll(look.live(read, Optional.ofNullable(environment)));
        }
        output.printText(out -> print(findings, out), () -> findings);
        return findings.stream().anyMatch(finding -> CheckPlan.fails(finding, strict)) ? 1 : 0;
    }

    private void print(List<PlanFinding> findings, PrintWriter out) {
        var shown = findings.stream()
                .filter(finding -> passed || finding.severity() != Severity.PASSED)
                .toList();
        for (var finding : shown) {
            out.println("%s:%s: %s: %s [%s]"
                    .formatted(file, finding.place(), word(finding), line(finding.message()), finding.code()));
            if (!finding.hint().isEmpty()) {
                out.println("  " + line(finding.hint()));
            }
        }
        out.println(Stream.of(Severity.values())
                .filter(severity -> count(findings, severity) > 0)
                .map(severity -> "%d %s".formatted(count(findings, severity), plural(severity, findings)))
                .collect(java.util.stream.Collectors.joining(", ", shown.isEmpty() ? "" : "\n", "")));
    }

    /** What stands in a plan must not look like what is found of it. */
    private static String line(String text) {
        return Texts.visible(text).replace('\n', ' ');
    }

    private static long count(List<PlanFinding> findings, Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }

    private static String plural(Severity severity, List<PlanFinding> findings) {
        var many = count(findings, severity) != 1;
        return switch (severity) {
            case PASSED -> "passed";
            case NOTICE -> many ? "notices" : "notice";
            case WARNING -> many ? "warnings" : "warning";
            case ERROR -> many ? "errors" : "error";
            case UNKNOWN -> "unknown";
        };
    }

    /** What the world answers asks for an action; what the plan says is right or wrong. */
    private static String word(PlanFinding finding) {
        var wrong = finding.severity() == Severity.ERROR || finding.severity() == Severity.WARNING;
        return wrong && finding.code().startsWith("live.")
                ? "action required"
                : finding.severity().name().toLowerCase(Locale.ROOT);
    }
}
