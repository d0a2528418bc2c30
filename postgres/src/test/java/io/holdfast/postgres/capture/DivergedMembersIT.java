package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.archive.RecoverableTo;
import io.holdfast.postgres.restore.RecoveryTarget;
import io.holdfast.postgres.restore.RestoreException;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers of one cluster that write on one timeline, each captured. */
class DivergedMembersIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir(factory = ServerFolder.class)
    Path folder;

    private Protected live;
    private Recovery recovery;
    private Sibling copy;

    @BeforeEach
    void copy_a_cluster_that_is_protected() throws Exception {
        live = Protected.start(folder);
        recovery = new Recovery(live);
        live.execute("CREATE TABLE public.story (line text)");
        try (var capture = live.capture()) {
            Protected.awaitStreaming(capture);
            recovery.backup();
            live.execute("INSERT INTO public.story VALUES ('both')");
            capture.flush(SOON);
            live.server.stop(Shutdown.FAST);
        }
        copy = Sibling.copy(live, "beta");
    }

    @AfterEach
    void stop() {
        copy.close();
        live.close();
    }

    /** That looks for others more often. */
    private static CaptureSettings attentive(CaptureSettings settings) {
        return settings.withRenewEvery(Duration.ofMillis(100));
    }

    private Path bin() {
        return live.server.binaries().folder().resolve("bin");
    }

    @Test
    void a_copy_that_goes_on_by_itself_ends_what_can_be_recovered_where_the_two_part() throws Exception {
        live.server.start(live.settings);
        copy.start();
        try (var alpha = live.capture(attentive(live.captureSettings()));
                var beta = live.capture(attentive(copy.captureSettings()))) {
            Protected.awaitStreaming(alpha);
            Protected.awaitStreaming(beta);
            live.execute("INSERT INTO public.story VALUES ('alpha')");
            copy.execute("INSERT INTO public.story VALUES ('beta')");
            alpha.flush(SOON);
            beta.flush(SOON);

            await().atMost(SOON).untilAsserted(() -> {
                assertThat(alpha.status().risks()).contains(RiskReason.DIVERGED);
                assertThat(beta.status().risks()).contains(RiskReason.DIVERGED);
            });
            assertThat(beta.status().trouble().orElseThrow())
                    .startsWith("WAL of member 'alpha' and of member 'beta' differs on timeline 1 from "
                            + beta.status().recoverableTo().orElseThrow().validEnd());
        }

        var divergence = live.archive().divergence(new TimelineId(1)).orElseThrow();
        assertThat(RecoverableTo.of(live.archive()).orElseThrow().validEnd()).isEqualTo(divergence.at());
        var latest = recovery.request("latest", RecoveryTarget.latest());
        var plan = recovery.restore(latest).plan();
        assertThat(plan.stop().at()).isEqualTo(divergence.at());
        assertThat(plan.notes()).containsExactly(divergence.explain());
        var beyond =
                recovery.request("beyond", RecoveryTarget.to(divergence.at().plus(8)));
        assertThat(catchThrowableOfType(
                        RestoreException.class, () -> recovery.restore(beyond).plan()))
                .hasMessageEndingWith("is not reachable: " + divergence.explain());
        assertThat(recovery.story(latest, bin())).containsExactly("both");
        refuse_the_copy_under_the_name_of_the_first();
    }

    /** A member must not diverge from itself: what it captured would be spliced with WAL of another history. */
    private void refuse_the_copy_under_the_name_of_the_first() {
        var elsewhere = CaptureSettings.of(copy.tcp(), Protected.MEMBER, folder.resolve("state"));
        try (var capture = live.capture(elsewhere)) {
            await().atMost(SOON).until(() -> capture.problem().isPresent());

            assertThat(capture.problem().orElseThrow().code()).isEqualTo("capture.diverged");
        }
    }

    @Test
    void two_promotions_to_one_timeline_leave_what_is_before_both() throws Exception {
        Sibling.startAsStandby(live.server, live.settings);
        Sibling.startAsStandby(copy.server, live.settings);
        Sibling.promote(live.tcp());
        copy.promote();
        try (var alpha = live.capture();
                var beta = copy.capture()) {
            Protected.awaitStreaming(alpha);
            Protected.awaitStreaming(beta);
            live.execute("INSERT INTO public.story VALUES ('alpha')");
            copy.execute("INSERT INTO public.story VALUES ('beta')");
            alpha.flush(SOON);
            beta.flush(SOON);
        }

        var archive = live.archive();
        var divergence = archive.divergence(new TimelineId(2)).orElseThrow();
        assertThat(divergence.at())
                .isEqualTo(archive.history(new TimelineId(2)).orElseThrow().begin());
        assertThat(archive.divergence(new TimelineId(1))).isEmpty();
        var latest = recovery.request("latest", RecoveryTarget.latest());
        assertThat(recovery.restore(latest).plan().notes()).contains(divergence.explain());
        assertThat(recovery.story(latest, bin())).containsExactly("both");
    }
}
