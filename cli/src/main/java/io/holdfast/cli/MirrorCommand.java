package io.holdfast.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast mirror}: a repository in several places. */
@Command(
        name = "mirror",
        description = {
            "Keep a repository in several places (repository.mirrors in holdfast.yaml), alike.",
            "Backups and WAL are written to all of them, and count when repository.stored-when says so. What one missed is brought to it later,"
                    + " by 'holdfast protect' or 'holdfast mirror heal'. Whatever reads takes it from whichever answers."
        },
        subcommands = {MirrorListCommand.class, MirrorInitCommand.class, MirrorHealCommand.class},
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  holdfast mirror init            begin the repository in places that were added to the configuration",
            "  holdfast mirror list            which place has what",
            "  holdfast mirror heal            bring to each what it lacks"
        })
final class MirrorCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command given");
    }
}
