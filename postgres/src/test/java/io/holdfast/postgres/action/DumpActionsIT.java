package io.holdfast.postgres.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.postgres.LiveServer;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.runbook.action.Action;
import io.holdfast.runbook.action.ActionContract;
import io.holdfast.runbook.action.Calls;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Probe;
import io.holdfast.testkit.programs.NeedsClientPrograms;
import io.holdfast.testkit.programs.PostgresClientPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dumping one database and filling another from it, with pg_dump and pg_restore. */
@NeedsClientPrograms
class DumpActionsIT {

    private static final Set<String> LOGIN = Set.of("server", "user", "password", "ssl-mode", "ssl-root-certificate");

    @TempDir
    private static Path folder = Path.of("");

    private static LiveServer server;
    private static TestHost host;

    @BeforeAll
    static void start() {
        server = LiveServer.start(Map.of());
        server.execute("CREATE ROLE keeper LOGIN");
        server.execute("CREATE DATABASE \"live = it's\"");
        in("live = it's", "CREATE TABLE public.lighthouses AS SELECT generate_series(1, 3) AS n");
        var bin = server.server().binaries().folder().resolve("bin");
        host = new TestHost(
                folder, bin, List.of(PostgresClientPrograms.version18().bin()));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void in(String database, String sql) {
        try (var session = SqlSession.open(server.socket().withDatabase(database))) {
            session.execute(sql);
        }
    }

    private static Map<String, Object> inputs(Map<String, ?> more) {
        return Calls.with(more, "server", "127.0.0.1:" + server.server().port());
    }

    private static List<String> files() throws IOException {
        try (var found = Files.list(folder)) {
            return found.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Nested
    class Dumping extends ActionContract {

        private final Path file = folder.resolve("the 'dump'");

        @BeforeEach
        void clear() throws IOException {
            Files.deleteIfExists(file);
            Files.deleteIfExists(DumpDatabase.receiptOf(file));
        }

        @Override
        protected Action action() {
            return new DumpDatabase(host, Thread::sleep);
        }

        @Override
        protected Map<String, Object> inputs() {
            return DumpActionsIT.inputs(Map.of("database", "live = it's", "file", file.toString()));
        }

        @Override
        protected Object world() throws IOException {
            return files();
        }

        @Override
        protected Optional<Map<String, Object>> inputsWithoutTarget() {
            return Optional.of(Calls.with(inputs(), "file", "/no/such/folder/dump"));
        }

        /** A lock that pg_dump waits for. */
        @Override
        protected Optional<Map<String, Object>> inputsThatTakeLong() {
            var _ = Thread.ofVirtual().start(() -> in("live = it's", """
                    DO $$ BEGIN LOCK TABLE public.lighthouses; PERFORM pg_sleep(4); END $$"""));
            await().until(() -> server.ask("SELECT count(*) AS answer FROM pg_locks WHERE mode = 'AccessExclusiveLock'")
                    .equals("1"));
            return Optional.of(inputs());
        }

        @Override
        protected Set<String> tooSlowToAttack() {
            return LOGIN;
        }

        @Test
        void what_the_role_may_not_read_is_found_before() throws InterruptedException {
            var asKeeper = Calls.with(inputs(), "user", "keeper");
            assertThat(action().examine(call(asKeeper)).toString())
                    .contains("the role may not read public.lighthouses in full at ");

            in("live = it's", "GRANT SELECT ON public.lighthouses TO keeper");
            assertThat(action().examine(call(asKeeper)).toString()).doesNotContain("may not read");

            in("live = it's", "ALTER TABLE public.lighthouses ENABLE ROW LEVEL SECURITY");
            assertThat(action().examine(call(asKeeper)).toString()).contains("may not read public.lighthouses");
            in("live = it's", "ALTER TABLE public.lighthouses DISABLE ROW LEVEL SECURITY");
        }

        @Test
        void what_is_somebody_elses_is_not_written_over() throws IOException, InterruptedException {
            Files.writeString(file, "precious");

            assertThat(fail(inputs()).reason()).isEqualTo("'%s' exists already".formatted(file));
            assertThat(Files.readString(file)).isEqualTo("precious");
            assertThat(action().probe(call(inputs()))).isEqualTo(new Probe.NotDone());
        }

        @Test
        void a_crash_before_the_file_had_its_name_is_made_good() throws IOException, InterruptedException {
            var first = succeed(inputs());
            Files.delete(file);

            assertThat(action().probe(call(inputs()))).isEqualTo(new Probe.NotDone());
            assertThat(succeed(inputs()).values().keySet())
                    .isEqualTo(first.values().keySet());
            assertThat(file).exists();
        }

        @Test
        void another_step_does_not_take_the_file_for_its_own() throws InterruptedException {
            succeed(inputs());

            assertThat(action().execute(new Calls().of("run-2/step-1", inputs())))
                    .isInstanceOf(Outcome.Failed.class);
        }

        @Test
        void without_programs_it_says_what_to_install() throws InterruptedException {
            var bare = new DumpDatabase(new TestHost(folder, host.bin(), List.of()), Thread::sleep);

            assertThat(bare.examine(call(inputs())).toString())
                    .contains("there is no pg_dump of PostgreSQL 18 or newer here");
            assertThat(bare.execute(call(inputs())).toString()).contains("install PostgreSQL's client programs");
        }
    }

    @Nested
    class Restoring extends ActionContract {

        private final Path file = folder.resolve("dump");

        @BeforeEach
        void prepare() throws InterruptedException {
            server.execute("DROP DATABASE IF EXISTS \"dbname=postgres\" WITH (FORCE)");
            server.execute("CREATE DATABASE \"dbname=postgres\" TEMPLATE template0");
            if (!Files.exists(file)) {
                new DumpDatabase(host, Thread::sleep)
                        .execute(
                                call(DumpActionsIT.inputs(Map.of("database", "live = it's", "file", file.toString()))));
            }
        }

        @Override
        protected Action action() {
            return new RestoreDump(host, Thread::sleep);
        }

        @Override
        protected Map<String, Object> inputs() {
            return DumpActionsIT.inputs(Map.of("database", "dbname=postgres", "file", file.toString()));
        }

        @Override
        protected Object world() {
            try (var session = SqlSession.open(server.socket().withDatabase("dbname=postgres"))) {
                return Emptiness.tables(session);
            }
        }

        @Override
        protected Optional<Map<String, Object>> inputsWithoutTarget() {
            return Optional.of(Calls.with(inputs(), "database", "none"));
        }

        @Override
        protected Optional<Map<String, Object>> inputsThatTakeLong() {
            return Optional.empty();
        }

        @Override
        protected Set<String> tooSlowToAttack() {
            return LOGIN;
        }

        @Override
        protected void holdUnharmed() {
            assertThat(server.ask("SELECT count(*) AS answer FROM pg_database WHERE datname = 'live = it''s'"))
                    .isEqualTo("1");
        }

        @Test
        void a_role_that_may_create_nothing_there_is_found_before() throws InterruptedException {
            var found = action().examine(call(Calls.with(inputs(), "user", "keeper")));

            assertThat(found.toString()).contains("the role may not create anything in database 'dbname=postgres' at ");
        }

        @Test
        void all_of_it_comes_or_nothing() throws IOException, InterruptedException {
            var cut = folder.resolve("cut");
            var bytes = Files.readAllBytes(file);
            Files.write(cut, Arrays.copyOf(bytes, bytes.length - 20));

            var failed = fail(Calls.with(inputs(), "file", cut.toString()));

            assertThat(failed.reason()).contains("pg_restore").contains("ended with 1");
            assertThat(world()).isEqualTo(0L);
            assertThat(action().probe(call(inputs()))).isEqualTo(new Probe.NotDone());
            succeed(inputs());
            assertThat(world()).isEqualTo(1L);
        }

        @Test
        void a_file_that_is_another_one_is_refused() throws InterruptedException {
            assertThat(fail(Calls.with(inputs(), "sha256", "00")).reason()).startsWith("the SHA-256 of '");
            assertThat(world()).isEqualTo(0L);
        }

        @Test
        void a_database_with_something_in_it_is_refused() throws InterruptedException {
            in("dbname=postgres", "CREATE TABLE public.keepers (n int)");

            assertThat(fail(inputs()).reason()).contains("is not empty: it holds relation public.keepers");
        }
    }
}
