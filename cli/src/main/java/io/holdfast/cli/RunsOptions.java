package io.holdfast.cli;

import io.holdfast.runbook.state.StateLocation;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the record of runs is: mixed into every command about runs. */
public final class RunsOptions {

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description =
                    "Folder for the record of runs, kept by a PostgreSQL server of its own (default: HOLDFAST_STATE_URL,"
                            + " else /var/lib/holdfast/state for root, ~/.local/share/holdfast/state for others).")
    private @Nullable Path state;

    public StateLocation location(Surroundings surroundings) {
        return StateLocation.choose(
                Optional.ofNullable(state).map(surroundings.workingDirectory()::resolve),
                surroundings.environment(),
                Surroundings.usualFolder());
    }
}
