package io.holdfast.demo;

import io.holdfast.cli.CommandProvider;
import java.util.List;
import java.util.concurrent.Callable;

/** Adds {@code demo} to the command line. */
public final class DemoCommands implements CommandProvider {

    @Override
    public List<Callable<Integer>> commands() {
        return List.of(new DemoCommand());
    }
}
