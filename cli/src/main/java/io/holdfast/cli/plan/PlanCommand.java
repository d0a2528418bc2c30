package io.holdfast.cli.plan;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast plan}: the disaster recovery plan as a file. */
@Command(
        name = "plan",
        description = {
            "The disaster recovery plan as a file: what is promised, what is done, who is told, and what that needs.",
            "Checked like a program, rendered as the document that people read, executed by 'holdfast run'."
        },
        subcommands = {
            PlanCheckCommand.class,
            PlanRenderCommand.class,
            PlanDiffCommand.class,
            PlanInitCommand.class,
            PlanSchemaCommand.class,
            PlanPublishCommand.class,
            PlanFetchCommand.class,
            PlanHistoryCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "More: docs/plan.md"})
final class PlanCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "no command given");
    }
}
