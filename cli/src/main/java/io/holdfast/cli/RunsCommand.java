package io.holdfast.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast runs}: look at runs and control them. */
@Command(
        name = "runs",
        description = {
            "Look at runs of procedures, and control them. Every control is written into the record, and works whoever executes the"
                    + " run, also when nobody does.",
            "RUN is its name, the beginning or the end of it, or 'last'."
        },
        subcommands = {
            RunsListCommand.class,
            RunsShowCommand.class,
            RunsWatchCommand.class,
            RunsPauseCommand.class,
            RunsResumeCommand.class,
            RunsRetryCommand.class,
            RunsSkipCommand.class,
            RunsCancelCommand.class,
            RunsApproveCommand.class,
            RunsDeclineCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "More: docs/runs.md"})
final class RunsCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command given");
    }
}
