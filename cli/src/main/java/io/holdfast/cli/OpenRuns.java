package io.holdfast.cli;

import io.holdfast.runbook.journal.RunId;
import io.holdfast.runbook.run.Catalogue;
import io.holdfast.runbook.run.RecoveryTimes;
import io.holdfast.runbook.run.RunSettings;
import io.holdfast.runbook.run.Runs;
import io.holdfast.runbook.state.StateDatabase;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;

/** The runs of one state, as a command reaches them. */
record OpenRuns(StateDatabase database, Runs runs) implements AutoCloseable {

    /** To look and to control. */
    static OpenRuns of(CommandSpec spec, RunsOptions options) {
        return open(
                options, spec, settings(spec, "command", HostName.ofThisHost().text()), _ -> Catalogue.of(List.of()));
    }

    /** To execute as well. */
    static OpenRuns toExecute(CommandSpec spec, RunsOptions options, String role) {
        return open(
                options,
                spec,
                settings(spec, role),
                database -> Catalogue.of(Workspace.actions(spec, () -> RecoveryTimes.of(database))));
    }

    /** Every action that can be executed here. */
    static Catalogue installed(CommandSpec spec) {
        return Catalogue.of(Workspace.actions(spec, Map::of));
    }

    private static OpenRuns open(
            RunsOptions options, CommandSpec spec, RunSettings settings, Function<StateDatabase, Catalogue> actions) {
        var database = StateDatabase.open(options.location(Workspace.surroundings(spec)));
        try {
            return new OpenRuns(database, Runs.on(database, actions.apply(database), settings));
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /** What the world hands to runs that a process of this role executes. */
    static RunSettings settings(CommandSpec spec, String role) {
        return settings(spec, role, Workspace.of(spec).member().text());
    }

    private static RunSettings settings(CommandSpec spec, String role, String member) {
        var surroundings = Workspace.surroundings(spec);
        var name = "%s@%s:%d"
                .formatted(
                        role,
                        HostName.ofThisHost().text(),
                        ProcessHandle.current().pid());
        return new RunSettings(name, member, surroundings.environment(), surroundings.clock());
    }

    /** A run by its name, or by the beginning of it, or {@code last}. */
    RunId find(String text) {
        var all = runs.list(false, 1000);
        if (text.equals("last") && !all.isEmpty()) {
            return all.getFirst().id();
        }
        var matching = all.stream()
                .filter(run ->
                        run.id().value().startsWith(text) || run.id().value().endsWith(text))
                .toList();
        if (matching.size() == 1) {
            return matching.getFirst().id();
        }
        return new RunId(text);
    }

    @Override
    public void close() {
        try {
            runs.close();
        } finally {
            database.close();
        }
    }
}
