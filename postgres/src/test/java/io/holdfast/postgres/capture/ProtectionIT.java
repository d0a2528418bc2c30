package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.postgres.protect.Protection;
import io.holdfast.postgres.protect.ServiceManager;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProtectionIT {

    /** Remembers when it was asked to take a backup. */
    private static final class Remembered implements Protection.Backups {

        private final List<Instant> taken = new CopyOnWriteArrayList<>();

        @Override
        public Optional<Instant> newest() {
            return taken.isEmpty() ? Optional.empty() : Optional.of(taken.getLast());
        }

        @Override
        public void take() {
            taken.add(Instant.now());
        }
    }

    @TempDir(factory = ServerFolder.class)
    Path folder;

    @Test
    void a_first_backup_and_one_for_every_gap_are_taken_and_a_stop_is_clean() throws Exception {
        try (var live = Protected.start(folder)) {
            var backups = new Remembered();
            var capture = live.capture();
            var protection = new Protection(
                    capture,
                    backups,
                    Duration.ofDays(1),
                    ServiceManager.of(Map.of()),
                    InstantSource.system(),
                    Thread::sleep);
            var thread = Thread.ofPlatform().start(() -> {
                try {
                    protection.run();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            await().atMost(Protected.PATIENCE).until(() -> backups.taken.size() == 1);

            capture.localState()
                    .wantBackup(new WantedBackup(
                            io.holdfast.postgres.archive.GapReason.SLOT_LOST,
                            InstantSource.system().instant()));
            await().atMost(Protected.PATIENCE).until(() -> backups.taken.size() == 2);
            await().atMost(Protected.PATIENCE)
                    .until(() -> capture.localState().wantedBackup().isEmpty());
            protection.stop();
            thread.join();

            assertThat(capture.status().state()).isInstanceOf(CaptureState.Stopped.class);
            assertThat(backups.taken).hasSize(2);
        }
    }
}
