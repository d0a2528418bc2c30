package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.postgres.archive.GapDocument;
import io.holdfast.postgres.archive.GapReason;
import io.holdfast.postgres.restore.RecoveryTarget;
import io.holdfast.postgres.restore.RestoreException;
import io.holdfast.postgres.restore.RestorePlan;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL 18 gives up a slot that nobody has used for {@code idle_replication_slot_timeout}. */
class IdleSlotIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir(factory = ServerFolder.class)
    Path folder;

    private Protected live;
    private Recovery recovery;

    @BeforeEach
    void capture_a_backup_and_go_away() throws InterruptedException {
        live = Protected.start(PostgresBinaries.version18(), folder, Map.of("idle_replication_slot_timeout", "1s"));
        recovery = new Recovery(live);
        live.execute("CREATE TABLE public.story (line text)");
        try (var capture = live.capture()) {
            Protected.awaitStreaming(capture);
            recovery.backup();
            tell("before");
            capture.flush(SOON);
        }
    }

    @AfterEach
    void stop() {
        live.close();
    }

    private void tell(String line) {
        live.execute("INSERT INTO public.story VALUES ('%s')".formatted(line));
    }

    /** It is given up at a checkpoint. */
    private void awaitGivenUp() {
        await().atMost(SOON).until(() -> {
            live.execute("CHECKPOINT");
            try (var sql = live.sql()) {
                return sql.one(
                                "SELECT coalesce(invalidation_reason, '') AS reason FROM pg_replication_slots",
                                row -> row.text("reason"))
                        .equals("idle_timeout");
            }
        });
    }

    private List<GapDocument> gaps() {
        try (var objects = live.repository.store().list()) {
            return objects.filter(object -> object.key().text().contains("/gap/"))
                    .map(object -> live.repository.objects().readDocument(object.key(), GapDocument.class))
                    .toList();
        }
    }

    @Test
    void while_the_server_still_has_the_wal_nothing_is_lost() throws Exception {
        tell("away");
        awaitGivenUp();

        try (var capture = live.capture()) {
            Protected.awaitStreaming(capture);
            tell("back");
            capture.flush(SOON);

            live.compareWithServer(live.onlyRange(1));
            assertThat(gaps()).isEmpty();
            assertThat(capture.status().wantedBackup()).isEmpty();
        }
    }

    @Test
    void once_the_wal_is_gone_a_gap_is_declared_and_the_next_backup_begins_anew() throws Exception {
        awaitGivenUp();
        tell("lost");
        var lost = live.flushed();
        for (int i = 0; i < 3; i++) {
            live.write(4);
            live.execute("SELECT pg_switch_wal()");
            live.execute("CHECKPOINT");
        }

        try (var capture = live.capture()) {
            Protected.awaitStreaming(capture);
            capture.flush(SOON);

            assertThat(gaps()).singleElement().satisfies(gap -> {
                assertThat(gap.reason()).isEqualTo(GapReason.SLOT_LOST);
                assertThat(lost).isBetween(gap.from(), gap.to().orElseThrow());
            });
            assertThat(capture.status().wantedBackup().orElseThrow().reason()).isEqualTo(GapReason.SLOT_LOST);
            assertThat(capture.status().risks()).contains(RiskReason.BACKUP_WANTED);
            // Until there is a backup that begins after it, all that can be recovered ends before it.
            assertThat(latest().end()).isLessThan(lost);

            recovery.backup();
            tell("after");
            capture.flush(SOON);
        }
        assertThat(latest().end()).isGreaterThan(lost);
        var inTheGap = recovery.request("in the gap", RecoveryTarget.to(lost));
        assertThat(catchThrowableOfType(
                        RestoreException.class, () -> recovery.restore(inTheGap).plan()))
                .hasMessageContaining("is not reachable: ");
    }

    private RestorePlan latest() {
        return recovery.restore(recovery.request("latest", RecoveryTarget.latest()))
                .plan();
    }
}
