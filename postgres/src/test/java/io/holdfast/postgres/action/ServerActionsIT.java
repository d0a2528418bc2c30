package io.holdfast.postgres.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.embedded.ServerProcesses;
import io.holdfast.postgres.capture.BackupWishes;
import io.holdfast.postgres.protect.BackupDiary;
import io.holdfast.postgres.restore.ProtectedCluster;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.runbook.action.Action;
import io.holdfast.runbook.action.ActionContract;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.Calls;
import io.holdfast.runbook.action.Inputs;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Outputs;
import io.holdfast.runbook.action.Probe;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Actions on servers and their repository: one protected server, and what is restored beside it. */
class ServerActionsIT {

    private static Path folder;
    private static ProtectedCluster cluster;
    private static TestHost host;
    private static int port;
    private static String first = "";

    @BeforeAll
    static void start() throws IOException {
        folder = Files.createTempDirectory("holdfast it's ");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        cluster = ProtectedCluster.start(folder, 18);
        cluster.execute("CREATE TABLE public.projects AS SELECT 1 AS n");
        first = cluster.backup().id().text();
        cluster.execute("INSERT INTO public.projects VALUES (2)");
        cluster.storeWal();
        host = new TestHost(folder, cluster.bin(), List.of());
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
    }

    @AfterAll
    static void stop() throws IOException {
        cluster.close();
        clear(folder);
    }

    private static void clear(Path tree) throws IOException {
        if (Files.exists(tree)) {
            ServerProcesses.in(tree.toRealPath()).kill();
            try (var files = Files.walk(tree)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
    }

    private static Map<String, Object> ofRepository(Map<String, ?> more) {
        return Calls.with(
                Calls.with(more, "repository", folder.resolve("repository").toString()),
                "key-file",
                folder.resolve("key").toString());
    }

    private static long projects(String server) throws InterruptedException {
        var calls = new Calls();
        var outcome = new Query(Thread::sleep)
                .execute(calls.of(
                        "look",
                        Map.of("server", server, "database", "postgres", "sql", "select count(*) from projects")));
        assertThat(outcome).isInstanceOf(Outcome.Succeeded.class);
        return Long.parseLong(((Outcome.Succeeded) outcome).outputs().values().getOrDefault("value", ""));
    }

    @Nested
    class BackingUp extends ActionContract {

        @Override
        protected Action action() {
            return new TakeBackup(host, Thread::sleep);
        }

        @Override
        protected Map<String, Object> inputs() {
            return ofRepository(Map.of("server", "127.0.0.1:" + cluster.server.port()));
        }

        /** What was there stays: a second backup is a further one. */
        @Override
        protected Object world() {
            return cluster.repository.manifests().find(new BackupId(first)).isPresent();
        }

        @Override
        protected Optional<Map<String, Object>> inputsWithoutTarget() {
            return Optional.of(
                    Calls.with(inputs(), "repository", folder.resolve("none").toString()));
        }

        @Override
        protected Optional<Map<String, Object>> inputsThatTakeLong() {
            return Optional.empty();
        }

        /** Whose hostile values reach a backup that is taken all the same. */
        @Override
        protected Set<String> tooSlowToAttack() {
            return Set.of("settings", "password", "ssl-root-certificate", "passphrase-file", "user");
        }

        @Test
        void a_role_that_may_not_take_one_is_found_before() throws InterruptedException {
            var asKeeper = Calls.with(inputs(), "user", "keeper");
            cluster.execute("CREATE ROLE keeper LOGIN; GRANT pg_read_all_settings TO keeper");
            assertThat(action().examine(call(asKeeper)).toString()).contains("the role may not take backups at ");

            cluster.execute("GRANT EXECUTE ON FUNCTION pg_backup_start(text, boolean) TO keeper;"
                    + " GRANT EXECUTE ON FUNCTION pg_backup_stop(boolean) TO keeper");
            assertThat(action().examine(call(asKeeper)).toString()).doesNotContain("may not");
        }

        @Test
        void it_tells_from_when_on_it_can_be_recovered_to() throws InterruptedException {
            var outputs = succeed(Calls.with(inputs(), "type", "full")).values();

            assertThat(outputs).containsEntry("type", "full").containsEntry("damaged-pages", "0");
            assertThat(cluster.repository.manifests().find(new BackupId(outputs.getOrDefault("backup", ""))))
                    .isPresent();
        }

        @Test
        void a_capture_beside_it_learns_that_its_wish_is_answered_and_its_trouble_over()
                throws IOException, InterruptedException {
            var state = Files.createDirectories(folder.resolve("capture"));
            Files.writeString(state.resolve("backup-wanted-1-slot_lost.json"), """
                    {"reason": "SLOT_LOST", "since": "2026-01-02T00:00:00Z"}""");
            Files.writeString(state.resolve("backup-trouble.json"), """
                    {"failures": 2, "first": "2026-01-01T00:00:00Z", "last": "2026-01-02T00:00:00Z", "code": "x", "reason": "y",
                     "hint": "z", "notBefore": "2026-01-03T00:00:00Z"}""");
            assertThat(BackupWishes.in(state).newest()).isPresent();
            assertThat(BackupDiary.trouble(state)).isPresent();

            succeed(inputs());

            assertThat(BackupWishes.in(state).newest()).isEmpty();
            assertThat(BackupDiary.trouble(state)).isEmpty();
        }
    }

    @Nested
    class Restoring extends ActionContract {

        private final Path directory = folder.resolve("restored \"beside\"");

        @BeforeEach
        @AfterEach
        void clear() throws IOException {
            ServerActionsIT.clear(directory);
        }

        @Override
        protected Action action() {
            return new RestoreCluster(host, Thread::sleep);
        }

        @Override
        protected Map<String, Object> inputs() {
            return ofRepository(Map.of("directory", directory.toString(), "port", (long) port));
        }

        @Override
        protected Object world() throws IOException {
            return List.of(Files.exists(directory), RunningServer.in(directory).map(RunningServer::pid));
        }

        @Override
        protected Optional<Map<String, Object>> inputsWithoutTarget() {
            return Optional.of(
                    Calls.with(inputs(), "repository", folder.resolve("none").toString()));
        }

        @Override
        protected Optional<Map<String, Object>> inputsThatTakeLong() {
            return Optional.empty();
        }

        @Override
        protected Set<String> tooSlowToAttack() {
            return Set.of("settings", "passphrase-file", "repository");
        }

        @Override
        protected void holdUnharmed() throws InterruptedException {
            assertThat(projects("127.0.0.1:" + cluster.server.port())).isEqualTo(2);
        }

        @Test
        void a_server_of_that_port_runs_beside_the_damaged_one() throws InterruptedException {
            var outputs = succeed(inputs()).values();

            assertThat(outputs)
                    .containsEntry("port", Integer.toString(port))
                    .containsEntry("server", "localhost:" + port)
                    .containsEntry("directory", directory.toString());
            assertThat(projects(outputs.getOrDefault("server", ""))).isEqualTo(2);
            assertThat(log()).contains("recovering").anyMatch(line -> line.endsWith("as planned"));
        }

        @Test
        void the_port_stays_when_it_is_stopped_and_started() throws InterruptedException {
            succeed(inputs());
            var there = Map.of("directory", directory.toString());

            var stopped = new StopServer(host, Thread::sleep).execute(new Calls().of("stop", there));
            assertThat(action().probe(call(inputs()))).isEqualTo(new Probe.NotDone());
            var started = new StartServer(host, Thread::sleep).execute(new Calls().of("start", there));

            assertThat(stopped.toString()).contains("shut down");
            assertThat(started.toString()).contains("port=" + port);
            assertThat(action().probe(call(inputs()))).isInstanceOf(Probe.Done.class);
        }

        @Test
        void what_an_earlier_attempt_restored_is_only_started() throws IOException, InterruptedException {
            succeed(inputs());
            ServerProcesses.in(directory.toRealPath()).kill();

            assertThat(action().probe(call(inputs()))).isEqualTo(new Probe.NotDone());
            var outputs = succeed(inputs()).values();

            assertThat(log()).contains("'%s' was restored by an earlier attempt".formatted(directory));
            assertThat(projects(outputs.getOrDefault("server", ""))).isEqualTo(2);
        }

        @Test
        void a_point_before_the_damage_is_reached() throws InterruptedException {
            var outputs = succeed(Calls.with(Calls.with(inputs(), "to", "immediate"), "backup", first))
                    .values();

            assertThat(projects(outputs.getOrDefault("server", ""))).isEqualTo(1);
        }

        @Test
        void an_interrupt_while_the_server_recovers_leaves_no_server() {
            var interrupting = new Call(
                    "run-1/step-1",
                    new Inputs(inputs()),
                    line -> {
                        if (line.equals("recovering")) {
                            Thread.currentThread().interrupt();
                        }
                    },
                    Instant.MAX,
                    InstantSource.system());

            assertThatThrownBy(() -> action().execute(interrupting)).isInstanceOf(InterruptedException.class);

            assertThat(RunningServer.in(directory)).isEmpty();
            assertThat(Receipt.read(directory.resolve(RestoreCluster.RECEIPT)).map(Receipt::complete))
                    .contains(false);
        }

        @Test
        void a_folder_with_something_in_it_is_not_touched() throws IOException, InterruptedException {
            Files.createDirectory(directory);
            Files.writeString(directory.resolve("precious"), "kept");

            assertThat(fail(inputs()).reason()).contains(directory.toString());
            assertThat(directory.resolve("precious")).hasContent("kept");
            assertThat(action().probe(call(inputs()))).isEqualTo(new Probe.NotDone());
        }

        @Test
        void a_time_that_is_out_of_reach_is_refused() throws InterruptedException {
            assertThat(fail(Calls.with(inputs(), "to", "2001-01-01T00:00:00Z")).reason())
                    .isNotBlank();
            assertThat(fail(Calls.with(inputs(), "to", "yesterday")).reason())
                    .isEqualTo("input 'to' is not a point to recover to: 'yesterday'");
            assertThat(directory).doesNotExist();
        }
    }

    /** Of a restored cluster, so that the protected one is left alone. */
    abstract static class OnRestored extends ActionContract {

        final Path directory = folder.resolve("clone");

        @BeforeEach
        void restore() throws InterruptedException {
            new RestoreCluster(host, Thread::sleep)
                    .execute(new Calls()
                            .of("clone", ofRepository(Map.of("directory", directory.toString(), "port", (long) port))));
            new StopServer(host, Thread::sleep)
                    .execute(new Calls().of("stop", Map.of("directory", directory.toString())));
        }

        @AfterAll
        static void end() throws IOException {
            clear(folder.resolve("clone"));
        }

        @Override
        protected Map<String, Object> inputs() {
            return Map.of("directory", directory.toString());
        }

        @Override
        protected Object world() {
            return RunningServer.in(directory).map(RunningServer::pid);
        }

        @Override
        protected Optional<Map<String, Object>> inputsWithoutTarget() {
            return Optional.of(Map.of("directory", folder.resolve("none").toString()));
        }

        @Override
        protected Optional<Map<String, Object>> inputsThatTakeLong() {
            return Optional.empty();
        }
    }

    @Nested
    class Starting extends OnRestored {

        @Override
        protected Action action() {
            return new StartServer(host, Thread::sleep);
        }

        /** As where somebody else starts it between the look and the start. */
        @Test
        void a_server_that_another_has_started_meanwhile_is_left_alone() throws InterruptedException {
            succeed(inputs());
            var running = world();

            assertThatThrownBy(() -> LocalServer.of(new Inputs(inputs()), host).start(Map.of(), Thread::sleep))
                    .hasMessageContaining("postmaster.pid");

            assertThat(world()).isEqualTo(running);
        }

        @Test
        void one_that_runs_on_another_port_is_said() throws InterruptedException {
            succeed(inputs());

            assertThat(fail(Calls.with(inputs(), "port", 1L)).reason())
                    .isEqualTo("the server in '%s' runs on port %d, not 1".formatted(directory, port));
        }

        @Test
        void one_that_cannot_start_is_not_left_half_started() throws IOException, InterruptedException {
            Files.writeString(directory.resolve("postgresql.auto.conf"), "no_such_setting = 1\n");

            assertThat(fail(inputs()).reason())
                    .contains("ended while it started")
                    .contains("no_such_setting");
            assertThat(world()).isEqualTo(Optional.empty());
            clear(directory);
        }
    }

    @Nested
    class Stopping extends OnRestored {

        @BeforeEach
        void run() throws InterruptedException {
            new StartServer(host, Thread::sleep).execute(new Calls().of("start", inputs()));
        }

        @Override
        protected Action action() {
            return new StopServer(host, Thread::sleep);
        }

        @Test
        void a_crash_is_told_from_a_clean_end() throws InterruptedException {
            assertThat(succeed(Calls.with(inputs(), "mode", "immediate")))
                    .isEqualTo(Outputs.of("state", "not shut down"));
            run();
            assertThat(succeed(inputs())).isEqualTo(Outputs.of("state", "shut down"));
        }
    }
}
