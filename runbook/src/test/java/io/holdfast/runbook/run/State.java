package io.holdfast.runbook.run;

import io.holdfast.runbook.state.StateDatabase;
import io.holdfast.runbook.state.StateLocation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
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
                new RunSettings(name, "here", environment, InstantSource.system()));
    }

    void sql(String statement) throws SQLException {
        try (var connection = database.source().getConnection();
                var execution = connection.createStatement()) {
            execution.execute(statement);
        }
    }

    /**
     * The server ends the session that does something, the first time that it is done; what it did is undone.
     *
     * @param when as a trigger has it, behind {@code before}
     */
    void breakOnce(String when) throws SQLException {
        sql("""
                drop sequence if exists breaks cascade;
                create sequence breaks;
                create or replace function break() returns trigger language plpgsql as $$ begin
                    if nextval('breaks') = 1 then perform pg_terminate_backend(pg_backend_pid()); end if;
                    return new;
                end $$;
                create or replace trigger break before\s""" + when + " execute function break()");
    }

    /** Whether it has; it does not any more. */
    boolean broke() throws SQLException {
        return count("select count(*) from breaks where is_called") == 1;
    }

    int count(String question) throws SQLException {
        try (var connection = database.source().getConnection();
                var execution = connection.createStatement();
                var rows = execution.executeQuery(question)) {
            rows.next();
            return rows.getInt(1);
        }
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
