package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.archive.ClaimLostException;
import io.holdfast.postgres.archive.ExposureDocument;
import io.holdfast.postgres.archive.RecoverableTo;
import io.holdfast.postgres.backup.BackupDetails;
import io.holdfast.postgres.backup.BackupProgress;
import io.holdfast.postgres.backup.BackupRequest;
import io.holdfast.postgres.backup.BaseBackup;
import io.holdfast.postgres.cluster.ServerException;
import io.holdfast.postgres.replication.SlotName;
import io.holdfast.postgres.restore.RecoveryTarget;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The capture is a synchronous standby of its server, and the repository is what commits wait for. */
class RpoZeroIT {

    private static final Acknowledgement WAITS = new Acknowledgement.Stored(Optional.empty());
    private static final Acknowledgement DEGRADES = new Acknowledgement.Stored(Optional.of(Duration.ofSeconds(2)));

    @TempDir(factory = ServerFolder.class)
    Path folder;

    private Protected live;

    @SuppressWarnings("NullAway.Init") // each test starts one
    private Capture capture;

    @BeforeEach
    void start() {
        live = Protected.start(folder);
        live.execute("CREATE TABLE public.story (line text)");
    }

    @AfterEach
    void stop() {
        live.repositoryDisk.readOnly(false);
        capture.close();
        live.close();
    }

    private void startCapture(Acknowledgement acknowledgement) {
        capture = live.capture(live.captureSettings().withAcknowledgement(acknowledgement));
        Protected.awaitStreaming(capture);
        live.execute("ALTER SYSTEM SET synchronous_standby_names = 'holdfast'");
        live.execute("SELECT pg_reload_conf()");
        await().atMost(Protected.PATIENCE).until(() -> synchronousNames().equals(List.of("holdfast")));
    }

    private List<String> synchronousNames() {
        try (var session = live.sql()) {
            return session.list(
                    "SELECT application_name FROM pg_stat_replication WHERE sync_state <> 'async'",
                    row -> row.text("application_name"));
        }
    }

    private long acknowledging() {
        try (var session = live.sql()) {
            return session.one(
                    "SELECT count(*) AS n FROM pg_stat_replication WHERE flush_lsn IS NOT NULL",
                    row -> row.number("n"));
        }
    }

    private CompletableFuture<Void> tell(String line) {
        return beside(() -> live.execute("INSERT INTO public.story VALUES ('%s')".formatted(line)));
    }

    /** Not on the common pool, which may have a single thread. */
    private static CompletableFuture<Void> beside(Runnable work) {
        return CompletableFuture.runAsync(work, task -> Thread.ofVirtual().start(task));
    }

    private boolean isVisiblyWaiting() {
        try (var session = live.sql()) {
            return session.one(
                    "SELECT count(*) > 0 AS waiting FROM pg_stat_activity WHERE wait_event = 'SyncRep'",
                    row -> row.flag("waiting"));
        }
    }

    private String storyAfterTheLossOfTheHost() throws Exception {
        live.server.stop(Shutdown.IMMEDIATE);
        capture.close();
        var recovery = new Recovery(live);
        return String.join(
                " ",
                recovery.story(
                        recovery.request("elsewhere", RecoveryTarget.latest()),
                        PostgresBinaries.version18().folder().resolve("bin")));
    }

    private void backUp() {
        new Recovery(live).backup();
    }

    @Test
    void a_commit_returns_when_the_repository_has_it_and_not_before() throws Exception {
        startCapture(WAITS);
        backUp();
        tell("first").get(30, TimeUnit.SECONDS);
        live.repositoryDisk.readOnly(true);
        var before = live.flushed();

        var second = tell("second");
        await().atMost(Protected.PATIENCE).until(this::isVisiblyWaiting);
        // The spool has it, and has said so: that is not what it waits for.
        var flushed = live.flushed();
        await().atMost(Protected.PATIENCE)
                .until(() -> capture.status().received().filter(flushed::equals).isPresent());
        assertThat(second).isNotDone();
        assertThat(capture.status().recoverableTo().orElseThrow().validEnd()).isLessThanOrEqualTo(before);

        live.repositoryDisk.readOnly(false);
        second.get(30, TimeUnit.SECONDS);
        assertThat(live.onlyRange(1).end()).isGreaterThanOrEqualTo(flushed);
        assertThat(storyAfterTheLossOfTheHost()).isEqualTo("first second");
    }

    @Test
    void also_one_that_waits_until_it_is_applied() throws Exception {
        startCapture(WAITS);

        try (var session = live.sql()) {
            session.execute("SET synchronous_commit = remote_apply");
            var commit = beside(() -> session.execute("INSERT INTO public.story VALUES ('applied')"));

            commit.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void a_fast_shutdown_does_not_wait_for_a_repository_that_takes_nothing() throws Exception {
        startCapture(WAITS);
        tell("first").get(30, TimeUnit.SECONDS);
        live.repositoryDisk.readOnly(true);
        var cancelled = tell("second");
        await().atMost(Protected.PATIENCE).until(this::isVisiblyWaiting);

        beside(() -> live.server.stop(Shutdown.FAST)).get(30, TimeUnit.SECONDS);

        await().atMost(Protected.PATIENCE).until(cancelled::isDone);
        live.repositoryDisk.readOnly(false);
        live.server.start(live.settings);
        tell("third").get(30, TimeUnit.SECONDS);
    }

    @Test
    void after_a_while_commits_are_let_go_if_that_was_chosen_and_the_repository_learns_of_it() throws Exception {
        startCapture(DEGRADES);
        tell("first").get(30, TimeUnit.SECONDS);
        var before = live.flushed();
        live.repositoryDisk.readOnly(true);

        tell("second").get(30, TimeUnit.SECONDS);
        tell("third").get(30, TimeUnit.SECONDS);
        var after = live.flushed();
        assertThat(capture.status().risks()).contains(RiskReason.EXPOSED);
        live.repositoryDisk.readOnly(false);

        await().atMost(Protected.PATIENCE).until(() -> !exposures().isEmpty());
        var exposure = exposures().getFirst();
        assertThat(exposure.timeline()).isEqualTo(new TimelineId(1));
        assertThat(exposure.from()).isLessThanOrEqualTo(before);
        assertThat(exposure.to()).isGreaterThanOrEqualTo(after);
        assertThat(exposure.until()).isAfter(exposure.since());
        await().atMost(Protected.PATIENCE).until(() -> !capture.status().risks().contains(RiskReason.EXPOSED));
        tell("fourth").get(30, TimeUnit.SECONDS);
        live.repositoryDisk.readOnly(true);
        assertThat(capture.localState().exposure()).isEmpty();
    }

    @Test
    void a_capture_that_ends_while_commits_are_exposed_does_not_forget_it() throws Exception {
        startCapture(DEGRADES);
        live.repositoryDisk.readOnly(true);
        tell("second").get(30, TimeUnit.SECONDS);
        capture.close();
        assertThat(exposures()).isEmpty();
        live.repositoryDisk.readOnly(false);

        capture = live.capture(live.captureSettings().withAcknowledgement(WAITS));

        await().atMost(Protected.PATIENCE).until(() -> !exposures().isEmpty());
        assertThat(live.onlyRange(1).end())
                .isGreaterThanOrEqualTo(exposures().getFirst().to());
    }

    /** It would, if what is told fell back to what is stored: the server may have removed the WAL in between. */
    @Test
    void what_was_let_go_is_never_taken_back_from_the_slot() throws Exception {
        startCapture(DEGRADES);
        live.repositoryDisk.readOnly(true);
        tell("let go").get(30, TimeUnit.SECONDS);
        live.write(6);
        var letGo = live.flushed();
        await().atMost(Protected.PATIENCE)
                .untilAsserted(() -> assertThat(restart()).isGreaterThanOrEqualTo(letGo));
        capture.close();
        live.repositoryDisk.readOnly(false);
        live.repositoryDisk.beforeLink(
                () -> LockSupport.parkNanos(Duration.ofMillis(20).toNanos()));

        capture = live.capture(live.captureSettings().withAcknowledgement(WAITS));

        await().atMost(Protected.PATIENCE).until(() -> {
            // Within one segment it begins again to compare, which the server keeps for it.
            assertThat(restart()).isGreaterThanOrEqualTo(letGo.plus(-(1L << 20)));
            return !exposures().isEmpty();
        });
    }

    private Lsn restart() {
        try (var session = live.sql()) {
            return session.one("SELECT restart_lsn FROM pg_replication_slots", row -> row.lsn("restart_lsn"));
        }
    }

    @Test
    void a_standby_is_not_kept_from_its_end_and_is_no_risk() throws Exception {
        startCapture(WAITS);
        live.execute("ALTER SYSTEM RESET synchronous_standby_names");
        live.server.stop(Shutdown.FAST);
        try (var standby = Sibling.copy(live, "beta")) {
            live.server.start(live.settings);
            standby.startAsStandby();
            try (var beta = live.capture(standby.captureSettings().withAcknowledgement(WAITS))) {
                Protected.awaitStreaming(beta);
                live.repositoryDisk.readOnly(true);
                live.execute("INSERT INTO public.story VALUES ('for the standby')");
                standby.awaitReplayed(live.flushed());
                await().atMost(Protected.PATIENCE)
                        .until(() -> beta.status()
                                .received()
                                .filter(to -> !to.isBefore(live.flushed()))
                                .isPresent());
                assertThat(beta.status().risks()).doesNotContain(RiskReason.NOT_AWAITED);

                beside(() -> standby.server.stop(Shutdown.FAST)).get(30, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void a_session_that_was_superseded_lets_nobody_go_on_for_long_however_busy_the_server_is() throws Exception {
        startCapture(WAITS);
        var busy = new AtomicBoolean(true);
        var load = beside(() -> {
            try (var session = live.sql()) {
                for (int n = 0; busy.get(); n++) {
                    session.execute("INSERT INTO public.story VALUES (?)", "line " + n);
                }
            } catch (ServerException e) {
                // Nobody acknowledges any more, and the test stops the server.
            }
        });
        try (var other = live.capture(CaptureSettings.of(live.tcp(), Protected.MEMBER, folder.resolve("other"))
                .withPatience(Duration.ofSeconds(3), Duration.ofMillis(500))
                .withTakeOver(true))) {
            await().atMost(Protected.PATIENCE).until(() -> capture.problem().isPresent());
            assertThat(capture.problem().orElseThrow()).isInstanceOf(ClaimLostException.class);
            Protected.awaitStreaming(other);
        } finally {
            busy.set(false);
            live.server.stop(Shutdown.IMMEDIATE);
            load.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void a_role_that_may_not_know_whether_commits_wait_raises_no_alarm() {
        live.execute("CREATE ROLE capturer LOGIN REPLICATION");
        live.execute("GRANT pg_read_all_settings TO capturer");
        var settings = live.captureSettings(live.tcp().withUser("capturer")).withAcknowledgement(WAITS);

        capture = live.capture(settings);

        Protected.awaitStreaming(capture);
        await().atMost(Protected.PATIENCE)
                .until(() -> capture.status()
                        .recoverableTo()
                        .flatMap(RecoverableTo::coveredUntil)
                        .isPresent());
        assertThat(capture.status().risks()).doesNotContain(RiskReason.NOT_AWAITED);
    }

    private List<ExposureDocument> exposures() {
        try (var objects = live.repository.store().list(ObjectKey.of("claim"))) {
            return objects.filter(object -> object.key().text().contains("/exposure/"))
                    .map(object -> live.repository.objects().readDocument(object.key(), ExposureDocument.class))
                    .toList();
        }
    }

    @Test
    void commits_that_wait_for_a_spool_and_those_that_do_not_wait_for_the_repository_are_a_risk() {
        startCapture(new Acknowledgement.Spool());
        await().atMost(Protected.PATIENCE).until(() -> capture.status().risks().contains(RiskReason.AWAITED_BY_SPOOL));
        capture.close();
        live.execute("ALTER SYSTEM RESET synchronous_standby_names");
        live.execute("SELECT pg_reload_conf()");

        capture = live.capture(live.captureSettings().withAcknowledgement(WAITS));

        await().atMost(Protected.PATIENCE).until(() -> capture.status().risks().contains(RiskReason.NOT_AWAITED));
    }

    /** Its stream acknowledges a full piece at a time: commits would wait for that. */
    @Test
    void commits_do_not_wait_for_a_backup_that_streams_for_itself() throws Exception {
        startCapture(WAITS);
        var usual = BackupRequest.of(live.tcp(), Protected.MEMBER);
        var request = new BackupRequest(
                usual.server(),
                usual.member(),
                usual.kind(),
                usual.jobs(),
                usual.maxRate(),
                usual.fastCheckpoint(),
                usual.walTimeout(),
                new SlotName("of_another"));
        var told = new BackupProgress() {

            @Override
            public void phase(Phase next) {
                if (next == Phase.COPYING) {
                    // Only who has acknowledged something can be chosen.
                    await().atMost(Protected.PATIENCE).until(() -> acknowledging() == 2);
                    assertThat(synchronousNames()).containsExactly("holdfast");
                    tell("during").orTimeout(30, TimeUnit.SECONDS).join();
                }
            }

            @Override
            public void expected(long bytes) {}

            @Override
            public void advanced(long bytes) {}

            @Override
            public void spared(long bytes) {}
        };

        var taken = new BaseBackup(live.repository, request, told, InstantSource.system(), Thread::sleep).take();

        assertThat(BackupDetails.of(taken).ownWal()).isTrue();
    }
}
