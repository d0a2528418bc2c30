package io.holdfast.cli.evidence;

import io.holdfast.cli.CommandProvider;
import java.util.List;
import java.util.concurrent.Callable;

/** Adds {@code evidence} to the command line. */
public final class EvidenceCommands implements CommandProvider {

    @Override
    public List<Callable<Integer>> commands() {
        return List.of(new EvidenceCommand());
    }
}
