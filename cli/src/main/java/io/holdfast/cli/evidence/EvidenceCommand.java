package io.holdfast.cli.evidence;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast evidence}: what happened, as the repository holds it. */
@Command(
        name = "evidence",
        description = {
            "What happened, as the repository holds it: runs that have ended, with their approvals, proofs of backups, and plans that were"
                    + " published. Each host signs what it adds with a key of its own and names the entry before, so that nothing can"
                    + " be changed, put in or taken away unnoticed."
        },
        subcommands = {
            EvidenceListCommand.class,
            EvidenceVerifyCommand.class,
            EvidenceRecordCommand.class,
            EvidenceExportCommand.class,
            EvidenceKeyCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "More: docs/evidence.md"})
final class EvidenceCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "no command given");
    }
}
