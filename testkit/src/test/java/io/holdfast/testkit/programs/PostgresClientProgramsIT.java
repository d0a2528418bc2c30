package io.holdfast.testkit.programs;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.embedded.Shutdown;
import io.holdfast.embedded.UnprivilegedUser;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NeedsClientPrograms
class PostgresClientProgramsIT {

    @TempDir(factory = ServerFolder.class)
    Path folder;

    @Test
    void query_dump_check_and_copy_a_server_of_ours() {
        var programs = PostgresClientPrograms.version18();
        UnprivilegedUser.current().own(folder);
        try (var server = EmbeddedPostgres.initialise(
                PostgresBinaries.version18(), folder.resolve("data"), InitOptions.forTests())) {
            server.start(Map.of("fsync", "off"));
            var host = "--host=" + server.socketDirectory();
            var port = "--port=" + server.port();

            programs.output("psql", host, port, "-Upostgres", "-c", "CREATE TABLE kept AS SELECT 'it''s' AS word");
            programs.output("psql", host, port, "-Upostgres", "-c", "CREATE EXTENSION amcheck");
            var dump = programs.output("pg_dump", host, port, "-Upostgres", "postgres");
            programs.output("pg_amcheck", host, port, "-Upostgres", "--heapallindexed", "postgres");
            var copy = folder.resolve("copy").toString();
            programs.output("pg_basebackup", host, port, "-Upostgres", "--checkpoint=fast", "--pgdata=" + copy);
            server.stop(Shutdown.FAST);

            assertThat(dump).contains("COPY public.kept").contains("it's");
            assertThat(programs.output(
                            "pg_checksums", "--check", server.dataDirectory().toString()))
                    .contains("Bad checksums:  0");
            assertThat(programs.output("pg_controldata", server.dataDirectory().toString()))
                    .containsPattern("Database cluster state: +shut down");
        }
    }

    @Test
    void of_16_have_a_verifier_that_runs() {
        assertThat(PostgresClientPrograms.version16().output("pg_verifybackup", "--version"))
                .startsWith("pg_verifybackup (PostgreSQL) 16");
    }

    @Test
    void show_what_a_failing_program_wrote() {
        var outcome = PostgresClientPrograms.version18().run("psql", "--no-such-option");

        assertThat(outcome.succeeded()).isFalse();
        assertThat(outcome.errors()).contains("no-such-option");
    }
}
