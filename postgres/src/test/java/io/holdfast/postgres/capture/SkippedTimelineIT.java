package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.restore.RecoveryTarget;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A promotion takes a number that no history file has yet: that of another server's promotion is passed over. */
class SkippedTimelineIT {

    private static final Duration SOON = Duration.ofSeconds(40);

    @TempDir(factory = ServerFolder.class)
    Path folder;

    @Test
    void timelines_that_nobody_here_has_seen_are_missed_by_neither_capture_nor_restore() throws Exception {
        try (var live = Protected.start(folder)) {
            var recovery = new Recovery(live);
            live.execute("CREATE TABLE public.story (line text)");
            try (var capture = live.capture()) {
                Protected.awaitStreaming(capture);
                recovery.backup();
                tell(live, "on 1");
                promotePast(live, 2);
                tell(live, "on 3");
                await().atMost(SOON)
                        .until(() -> !live.archive().coverage(new TimelineId(3)).isEmpty());
                capture.flush(SOON);
            }
            promotePast(live, 4);
            tell(live, "on 5");
            promotePast(live, 6);
            tell(live, "on 7");

            try (var capture = live.capture()) {
                Protected.awaitStreaming(capture);
                await().atMost(SOON)
                        .until(() -> !live.archive().coverage(new TimelineId(7)).isEmpty());
                capture.flush(SOON);

                assertThat(capture.status().wantedBackup()).isEmpty();
            }

            assertThat(live.archive().timelines())
                    .extracting(TimelineId::number)
                    .containsExactlyInAnyOrder(1, 3, 5, 7);
            for (int timeline : new int[] {3, 5, 7}) {
                var history = live.archive().history(new TimelineId(timeline)).orElseThrow();
                assertThat(history.parent()).contains(new TimelineId(timeline - 2));
                assertThat(live.onlyRange(timeline).start()).isLessThanOrEqualTo(history.begin());
                assertThat(live.onlyRange(timeline - 2).end()).isEqualTo(history.begin());
            }
            live.compareWithServer(live.onlyRange(7));
            var bin = live.server.binaries().folder().resolve("bin");
            assertThat(recovery.story(recovery.request("latest", RecoveryTarget.latest()), bin))
                    .containsExactly("on 1", "on 3", "on 5", "on 7");
            var older = recovery.request("older", RecoveryTarget.latest()).withTimeline(new TimelineId(3));
            assertThat(recovery.story(older, bin)).containsExactly("on 1", "on 3");
        }
    }

    private static void tell(Protected live, String line) {
        live.execute("INSERT INTO public.story VALUES ('%s')".formatted(line));
    }

    /** Promotes a server that has heard of a timeline to which another was promoted. */
    private static void promotePast(Protected live, int taken) throws Exception {
        var wal = live.server.dataDirectory().resolve("pg_wal");
        live.server.stop(Shutdown.FAST);
        Files.writeString(
                wal.resolve(new TimelineId(taken).historyFileName()),
                "%d\t0/700000\tof another server\n".formatted(taken - 1));
        var settings = new LinkedHashMap<>(live.settings);
        settings.put("recovery_target_timeline", "current");
        Sibling.startAsStandby(live.server, settings);
        Sibling.promote(live.tcp());
        assertThat(wal.resolve(new TimelineId(taken + 1).historyFileName())).exists();
    }
}
