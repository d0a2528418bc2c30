package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.archive.ClaimHeldException;
import io.holdfast.postgres.archive.RecoverableTo;
import io.holdfast.postgres.restore.RecoveryTarget;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A primary and its standby, each captured from itself into one repository. */
class MembersIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final TimelineId ONE = new TimelineId(1);
    private static final TimelineId TWO = new TimelineId(2);

    @TempDir(factory = ServerFolder.class)
    Path folder;

    @Test
    void a_failover_is_followed_and_what_the_old_primary_still_writes_is_another_branch() throws Exception {
        try (var live = Protected.start(folder)) {
            var recovery = new Recovery(live);
            live.execute("CREATE TABLE public.story (line text)");
            live.server.stop(Shutdown.FAST);
            try (var standby = Sibling.copy(live, "beta")) {
                live.server.start(live.settings);
                standby.startAsStandby();
                var beta = standby.capture();
                try (beta) {
                    var alpha = live.capture();
                    try (alpha) {
                        Protected.awaitStreaming(alpha);
                        Protected.awaitStreaming(beta);
                        recovery.backup();
                        live.write(2);
                        live.execute("INSERT INTO public.story VALUES ('common')");
                        var common = live.flushed();
                        alpha.flushTo(ONE, common, SOON);
                        standby.awaitReplayed(common);
                        assertThat(beta.flush(SOON)).isGreaterThanOrEqualTo(common);
                    }
                    assertThat(live.archive().divergences()).isEmpty();
                    assertThat(live.archive().coverage(ONE)).hasSize(1);
                    refuse_a_second_capture(standby, live);

                    live.server.stop(Shutdown.IMMEDIATE);
                    standby.promote();
                    standby.execute("INSERT INTO public.story VALUES ('new primary')");
                    await().atMost(SOON)
                            .until(() -> RecoverableTo.of(live.archive())
                                    .filter(reach -> reach.timeline().equals(TWO)
                                            && reach.lastCommit().isPresent()
                                            && reach.coveredUntil().isPresent())
                                    .isPresent());
                    beta.flush(SOON);
                }
                live.server.start(live.settings);
                try (var alpha = live.capture()) {
                    Protected.awaitStreaming(alpha);
                    live.execute("INSERT INTO public.story VALUES ('zombie')");
                    alpha.flush(SOON);
                }

                assertThat(live.archive().divergences()).isEmpty();
                assertThat(RecoverableTo.of(live.archive()).orElseThrow().timeline())
                        .isEqualTo(TWO);
                var bin = live.server.binaries().folder().resolve("bin");
                assertThat(recovery.story(recovery.request("latest", RecoveryTarget.latest()), bin))
                        .containsExactly("common", "new primary");
                assertThat(recovery.story(
                                recovery.request("old", RecoveryTarget.latest()).withTimeline(ONE), bin))
                        .isEqualTo(List.of("common", "zombie"));
            }
        }
    }

    private static void refuse_a_second_capture(Sibling standby, Protected live) {
        var settings = standby.captureSettings();
        var elsewhere = CaptureSettings.of(settings.server(), settings.member(), live.folder.resolve("elsewhere"));
        try (var second = live.capture(elsewhere)) {
            await().atMost(SOON).until(() -> second.problem().isPresent());

            assertThat(second.problem().orElseThrow()).isInstanceOf(ClaimHeldException.class);
        }
    }
}
