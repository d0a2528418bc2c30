package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.postgres.archive.GapDocument;
import io.holdfast.postgres.archive.GapReason;
import io.holdfast.testkit.PowerFailureDisk;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullDiskIT {

    private static final Duration SOON = Duration.ofSeconds(40);

    @TempDir(factory = ServerFolder.class)
    Path folder;

    /** The disk never gives room back, so that no reserve helps: not even the wish for a backup can be written down. */
    @Test
    void a_disk_without_a_byte_left_costs_the_slot_and_not_the_capture() throws Exception {
        var disk = PowerFailureDisk.strict(InstantSource.system());
        Files.createDirectories(folder.resolve("state"));
        var machine = new Capture.Machine(disk, InstantSource.system(), Thread::sleep, new SecureRandom(), "test host");
        try (var live = Protected.start(folder);
                var capture = Capture.start(live.repository, live.captureSettings(), machine)) {
            Protected.awaitStreaming(capture);
            live.write(1);
            capture.flush(SOON);

            disk.noSpaceAfter(100_000);
            live.write(2);

            await().atMost(SOON).until(() -> slots(live) == 0);
            assertThat(capture.status().wantedBackup().orElseThrow().reason()).isEqualTo(GapReason.SPOOL_FULL);
            assertThat(capture.status().state())
                    .isInstanceOfSatisfying(
                            CaptureState.Waiting.class,
                            waiting -> assertThat(waiting.code()).isEqualTo("spool.full"));

            recycle(live);
            assertThat(slots(live)).isZero();
            disk.noSpaceAfter(Long.MAX_VALUE);
            Protected.awaitStreaming(capture);
            live.write(1);
            capture.flush(SOON);

            await().atMost(SOON)
                    .until(() -> disk.list(folder.resolve("state")).stream()
                            .anyMatch(file -> file.name().matches("backup-wanted-.*-spool_full[.]json")));
            try (var objects = live.repository.store().list()) {
                assertThat(objects.filter(object -> object.key().text().contains("/gap/"))
                                .map(object -> live.repository.objects().readDocument(object.key(), GapDocument.class)))
                        .singleElement()
                        .satisfies(gap -> assertThat(gap.reason()).isEqualTo(GapReason.SPOOL_FULL));
            }
        }
    }

    private static int slots(Protected live) {
        try (var sql = live.sql()) {
            return sql.list("SELECT 1 AS x FROM pg_replication_slots", row -> row.integer("x"))
                    .size();
        }
    }

    private static void recycle(Protected live) {
        for (int i = 0; i < 3; i++) {
            live.write(4);
            live.execute("SELECT pg_switch_wal()");
            live.execute("CHECKPOINT");
        }
    }
}
