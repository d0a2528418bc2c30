package io.holdfast.cli.plan;

import io.holdfast.cli.CommandProvider;
import java.util.List;
import java.util.concurrent.Callable;

/** Adds {@code plan} to the command line. */
public final class PlanCommands implements CommandProvider {

    @Override
    public List<Callable<Integer>> commands() {
        return List.of(new PlanCommand());
    }
}
