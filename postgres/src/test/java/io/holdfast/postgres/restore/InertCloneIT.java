package io.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.testkit.programs.ServerFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that archives, subscribes, works by itself and lets commits wait for others: a clone of it must do none of this. */
class InertCloneIT {

    private static final String BACKEND_TYPES =
            "SELECT DISTINCT backend_type AS line FROM pg_stat_activity ORDER BY backend_type";

    private static final String FOREIGN_SETTINGS =
            "SELECT DISTINCT setting AS line FROM pg_settings WHERE setting <> ''"
                    + " AND name IN ('archive_mode', 'shared_preload_libraries', 'primary_conninfo', 'primary_slot_name',"
                    + " 'synchronous_standby_names', 'archive_cleanup_command', 'recovery_end_command')";
    private static final String VISITS = "SELECT count(*)::text AS line FROM public.visits";

    @TempDir(factory = ServerFolder.class)
    Path folder;

    /** Where the server archives to, and the publisher that it subscribes to. */
    private Path archive;

    private ServerSocket publisher;
    private final AtomicInteger connections = new AtomicInteger();
    private ProtectedCluster cluster;

    @BeforeEach
    void back_up_a_server_that_does_what_it_can() throws IOException {
        // A path that needs no quoting in a command of the server.
        archive = Files.createTempDirectory(
                "holdfast-it-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        publisher = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
        cluster = ProtectedCluster.start(folder, 18);
        cluster.server.user().own(archive);
        for (var setting : List.of(
                "archive_mode = on",
                "archive_command = 'touch %s/%%f'".formatted(archive),
                "restore_command = 'touch %s/asked'".formatted(archive),
                "archive_cleanup_command = 'touch %s/cleaned'".formatted(archive),
                "recovery_end_command = 'touch %s/ended'".formatted(archive),
                "shared_preload_libraries = 'pg_prewarm'",
                "primary_conninfo = 'host=127.0.0.1 port=%d'".formatted(publisher.getLocalPort()),
                "primary_slot_name = 'production'",
                "synchronous_standby_names = '*'")) {
            cluster.execute("ALTER SYSTEM SET " + setting);
        }
        cluster.server.stop(Shutdown.FAST);
        var settings = new HashMap<>(ProtectedCluster.SETTINGS);
        // Here commits do not wait, so that there is a source at all; this is no part of its files.
        settings.put("synchronous_commit", "local");
        cluster.server.start(settings);
        cluster.execute("CREATE TABLE public.visits (who text)");
        cluster.execute("CREATE FUNCTION public.visit() RETURNS event_trigger LANGUAGE plpgsql"
                + " AS $$ BEGIN INSERT INTO public.visits VALUES (session_user); END $$");
        cluster.execute("CREATE EVENT TRIGGER visit ON login EXECUTE FUNCTION public.visit()");
        cluster.execute(("CREATE SUBSCRIPTION feed CONNECTION 'host=127.0.0.1 port=%d user=postgres dbname=postgres'"
                        + " PUBLICATION feed WITH (connect = false)")
                .formatted(publisher.getLocalPort()));
        cluster.execute("ALTER SUBSCRIPTION feed ENABLE");
        cluster.storeWal();
        cluster.backup();
        cluster.storeWal();
    }

    private void accept() {
        try {
            while (true) {
                publisher.accept().close();
                connections.incrementAndGet();
            }
        } catch (IOException _) {
            // Closed.
        }
    }

    @AfterEach
    void stop() throws IOException {
        cluster.close();
        publisher.close();
        new FolderSweep(false, _ -> false).clear(archive);
    }

    private List<String> archived() throws IOException {
        try (var files = Files.list(archive)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void it_archives_nothing_connects_to_nobody_and_lets_no_commit_wait() throws IOException {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> connections.get() > 0 && !archived().isEmpty());
        try (var source = SqlSession.open(ProtectedCluster.settings(cluster.server))) {
            assertThat(source.list(BACKEND_TYPES, row -> row.text("line")))
                    .contains("archiver", "autovacuum launcher", "logical replication launcher");
        }
        cluster.server.stop(Shutdown.FAST);
        var before = archived();
        connections.set(0);
        var inert = new InertSettings(cluster.server.socketDirectory(), Optional.empty(), List.of());
        var request = cluster.request("clone", RecoveryTarget.latest()).withInert(inert);

        try (var clone = RestoredCluster.start(cluster, request);
                var session = clone.session()) {
            session.allowSilence(Duration.ofSeconds(20));
            session.execute("CREATE TABLE public.written AS SELECT 1 AS n");
            session.execute("SELECT pg_switch_wal()");
            session.execute("CHECKPOINT");

            assertThat(clone.list(BACKEND_TYPES))
                    .isSubsetOf("background writer", "checkpointer", "client backend", "io worker", "walwriter");
            assertThat(clone.list(FOREIGN_SETTINGS)).containsExactly("off");
            // Each is a login of its own.
            assertThat(clone.list(VISITS)).isEqualTo(clone.list(VISITS));
            assertThat(clone.list("SELECT pg_ls_archive_statusdir()::text AS line"))
                    .isEmpty();
        }
        assertThat(archived()).isEqualTo(before);
        assertThat(connections).hasValue(0);
    }
}
