package io.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a restore without {@code --start} leaves, for the recovery, must not outlive it. */
class AfterRecoveryIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir(factory = ServerFolder.class)
    Path folder;

    private ProtectedCluster cluster;
    private RestoredCluster restored;
    private Path automatic;
    private Path replay;

    /** A server that has paused at its target, as one that was restored to be looked at first. */
    @BeforeEach
    void restore() {
        cluster = ProtectedCluster.start(folder, 18);
        cluster.execute("CREATE TABLE public.story (line text)");
        cluster.execute("ALTER SYSTEM SET work_mem = '5MB'");
        cluster.storeWal();
        cluster.backup();
        cluster.execute("INSERT INTO public.story VALUES ('wanted')");
        var target = cluster.currentPosition();
        cluster.execute("INSERT INTO public.story VALUES ('unwanted')");
        cluster.storeWal();
        restored = RestoredCluster.start(
                cluster,
                cluster.request("restored", new RecoveryTarget.Position(target, false))
                        .withAction(TargetAction.PAUSE));
        automatic = restored.directory.resolve("postgresql.auto.conf");
        replay = restored.directory.resolve("holdfast-restore");
    }

    @AfterEach
    void stop() {
        restored.close();
        cluster.close();
    }

    private AfterRecovery watch() {
        return AfterRecovery.watch(restored.settings(), Duration.ofMillis(100), Thread::sleep);
    }

    private void promote() {
        restored.list("SELECT pg_wal_replay_resume()::text AS line");
        await().atMost(SOON)
                .until(() -> restored.list("SELECT pg_is_in_recovery()::text AS line")
                        .contains("false"));
    }

    private void isTidied() {
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(replay).doesNotExist();
            assertThat(automatic)
                    .content()
                    .doesNotContain("recovery_target", "restore_command", "hot_standby", "holdfast")
                    .contains("work_mem = '5MB'");
        });
    }

    @Test
    void it_is_removed_when_recovery_has_ended_and_not_before() throws Exception {
        try (var _ = watch()) {
            Thread.sleep(Duration.ofMillis(500));
            assertThat(automatic).content().contains("recovery_target_lsn", "restore_command");
            assertThat(replay.resolve("restore_command")).exists();

            promote();

            isTidied();
        }
        assertThat(restored.list("SELECT line FROM public.story")).containsExactly("wanted");
    }

    @Test
    void it_is_removed_although_the_server_has_rewritten_its_file_without_our_marks() throws Exception {
        promote();
        restored.list("SELECT pg_reload_conf()::text AS line");
        try (var session = restored.session()) {
            session.execute("ALTER SYSTEM SET maintenance_work_mem = '70MB'");
        }
        assertThat(automatic).content().contains("recovery_target_lsn").doesNotContain("# begin of what");

        try (var _ = watch()) {
            isTidied();
        }
        assertThat(automatic).content().contains("maintenance_work_mem = '70MB'");
        assertThat(Files.getPosixFilePermissions(automatic)).hasSize(2);
    }
}
