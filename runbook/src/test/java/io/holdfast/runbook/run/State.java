package io.holdfast.runbook.run;

import io.holdfast.runbook.state.StateDatabase;
import io.holdfast.runbook.state.StateLocation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/** A state database for the tests of a class, and engines on it. */
final class State implements AutoCloseable {

    final Path folder;
    final StateDatabase database;

    State(Path folder) {
        this.folder = folder;
        this.database = StateDatabase.open(new StateLocation.Folder(folder.resolve("state")));
    }

    /** An engine whose actions write into a folder. */
    Runs runs(Path effects) {
        return runs(effects, "test@here", Map.of());
    }

    Runs runs(Path effects, String name, Map<String, String> environment) {
        return Runs.on(
                database,
                Catalogue.of(EffectAction.all(effects)),
                new RunSettings(name, environment, InstantSource.system()));
    }

    static Path effects(Path parent) {
        try {
            return Files.createTempDirectory(parent, "effects");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
