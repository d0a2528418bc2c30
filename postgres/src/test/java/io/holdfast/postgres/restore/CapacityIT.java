package io.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.embedded.Shutdown;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The source was given more capacity after its backup: a server that takes sessions in recovery must follow it. */
class CapacityIT {

    private static final Map<String, String> MORE = Map.of("max_connections", "150", "max_prepared_transactions", "7");

    @TempDir(factory = ServerFolder.class)
    static Path folder;

    private static ProtectedCluster cluster;

    @BeforeAll
    static void make_history() {
        cluster = ProtectedCluster.start(folder, 18);
        cluster.execute("CREATE TABLE public.story (line text)");
        cluster.execute("ALTER SYSTEM SET wal_keep_size = '64MB'");
        cluster.execute("SELECT pg_reload_conf()");
        cluster.storeWal();
        cluster.backup();
        cluster.server.stop(Shutdown.FAST);
        var settings = new HashMap<>(ProtectedCluster.SETTINGS);
        settings.putAll(MORE);
        cluster.server.start(settings);
        cluster.execute("INSERT INTO public.story VALUES ('after')");
        cluster.storeWal();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static List<String> restored(RestoreRequest request) {
        try (var restored = RestoredCluster.start(cluster, request)) {
            assertThat(restored.result.end()).containsInstanceOf(RecoveryEnd.AsPlanned.class);
            return restored.list("SELECT line FROM public.story");
        }
    }

    @Test
    void a_recovery_to_a_promotion_does_not_mind() {
        assertThat(restored(cluster.request("promoted", RecoveryTarget.latest())))
                .containsExactly("after");
    }

    @Test
    void a_pause_is_reached_with_what_the_source_had_in_the_end() {
        var request = cluster.request("paused", RecoveryTarget.latest()).withAction(TargetAction.PAUSE);
        assertThat(restored(request)).containsExactly("after");
        assertThat(request.directory().resolve("postgresql.auto.conf"))
                .content()
                .contains("max_connections = '150'", "max_prepared_transactions = '7'");
        var inert = new InertSettings(cluster.server.socketDirectory(), Optional.empty(), List.of());
        assertThat(restored(cluster.request("inert", RecoveryTarget.latest())
                        .withInert(inert)
                        .withAction(TargetAction.PAUSE)))
                .containsExactly("after");
    }

    @Test
    void a_server_that_waits_for_ever_because_it_is_too_small_is_told_of() throws Exception {
        var request = cluster.request("too small", RecoveryTarget.latest())
                .withAction(TargetAction.PAUSE)
                .withStart(new ServerStart(
                        cluster.bin(),
                        Map.of(
                                "max_connections", "100",
                                "listen_addresses", "",
                                "port", "5996",
                                "unix_socket_directories",
                                        cluster.server.socketDirectory().toString())));

        var problem = catchThrowableOfType(
                RestoreException.class, () -> cluster.restore(request).run());

        stopServerIn(request.directory());
        assertThat(problem.code()).isEqualTo("restore.server-too-small");
        assertThat(problem).hasMessageContaining("max_connections = 100 is a lower setting than on the primary server");
    }

    private static void stopServerIn(Path directory) throws Exception {
        var pid = Long.parseLong(
                Files.readAllLines(directory.resolve("postmaster.pid")).getFirst());
        var server = ProcessHandle.of(pid).orElseThrow();
        server.destroy();
        server.onExit().get(1, TimeUnit.MINUTES);
    }
}
