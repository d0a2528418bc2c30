package io.holdfast.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast key}: who can open a repository. */
@Command(
        name = "key",
        description = {
            "The keys that open the repository, and what to do when one is lost, leaves with a person, or is stolen.",
            "Every key opens the same data keys. A stolen key is answered with 'replace', never with 'rotate'."
        },
        subcommands = {
            KeyListCommand.class,
            KeyAddCommand.class,
            KeyRotateCommand.class,
            KeyReplaceCommand.class,
            KeyRetireCommand.class,
            KeyExportCommand.class,
            KeyImportCommand.class,
            KeyCheckCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "More: docs/keys.md"})
final class KeyCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command given");
    }
}
