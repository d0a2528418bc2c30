package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.archive.RecoverableTo;
import io.holdfast.postgres.backup.BackupProgress;
import io.holdfast.postgres.backup.BackupRequest;
import io.holdfast.postgres.backup.BaseBackup;
import io.holdfast.postgres.restore.RecoveryTarget;
import io.holdfast.postgres.restore.Restore;
import io.holdfast.postgres.restore.RestoreProgress;
import io.holdfast.postgres.restore.RestoreRequest;
import io.holdfast.postgres.restore.ServerStart;
import io.holdfast.postgres.restore.TargetAction;
import io.holdfast.postgres.restore.replay.RepositoryReference;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.testkit.programs.ServerFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was captured and not stored, or stored as a mere statement, counts when all is lost. */
class RestoreAfterCaptureIT {

    private static final Duration SOON = Duration.ofSeconds(40);

    @TempDir(factory = ServerFolder.class)
    Path folder;

    private Protected live;
    private Capture capture;

    @BeforeEach
    void start() throws InterruptedException {
        live = Protected.start(folder);
        live.execute("CREATE TABLE public.story (line text)");
        capture = live.capture();
        Protected.awaitStreaming(capture);
        backup();
        live.execute("INSERT INTO public.story VALUES ('stored')");
        capture.flushTo(new TimelineId(1), live.flushed(), SOON);
    }

    /** The newest WAL is in the spool only. */
    private void spoolWhileTheRepositoryCannotBeWritten() {
        live.repositoryDisk.readOnly(true);
        live.write(3);
        live.execute("INSERT INTO public.story VALUES ('spooled')");
        var end = live.flushed();
        await().atMost(SOON)
                .until(() -> capture.status()
                        .received()
                        .filter(to -> !to.isBefore(end))
                        .isPresent());
    }

    @AfterEach
    void stop() {
        capture.close();
        live.close();
    }

    private void backup() {
        new BaseBackup(
                        live.repository,
                        BackupRequest.of(live.tcp(), Protected.MEMBER),
                        BackupProgress.NONE,
                        InstantSource.system(),
                        Thread::sleep)
                .take();
    }

    private void loseCaptureAndServer() {
        capture.close();
        live.server.stop(Shutdown.IMMEDIATE);
        live.repositoryDisk.readOnly(false);
    }

    private RestoreRequest request(Path directory) {
        return RestoreRequest.of(
                        directory,
                        RecoveryTarget.latest(),
                        new RepositoryReference(
                                folder.resolve("repository").toString(),
                                folder.resolve("key").toString()),
                        List.of("false"))
                .withAction(TargetAction.PROMOTE)
                .withSpool(folder.resolve("state/spool"));
    }

    private Restore restore(RestoreRequest request) {
        return new Restore(live.repository, request, RestoreProgress.NONE, InstantSource.system(), Thread::sleep);
    }

    /** The lines of the story, told by a server on the port of the one that was lost. */
    private List<String> restored(RestoreRequest request) throws Exception {
        var how = new ServerStart(
                PostgresBinaries.version18().folder().resolve("bin"),
                Map.of(
                        "fsync", "off",
                        "listen_addresses", "127.0.0.1",
                        "port", Integer.toString(live.server.port()),
                        "unix_socket_directories", ""));
        var server = restore(request.withStart(how)).run().serverPid().flatMap(ProcessHandle::of);
        try (var session = live.sql()) {
            return session.list("SELECT line FROM public.story", row -> row.text("line"));
        } finally {
            server.orElseThrow().destroy();
            server.orElseThrow().onExit().get(1, TimeUnit.MINUTES);
        }
    }

    private void removeWal() throws IOException {
        try (var segments = Files.newDirectoryStream(folder.resolve("data/pg_wal"), "0000*")) {
            for (var segment : segments) {
                Files.delete(segment);
            }
        }
    }

    @Test
    void its_wal_is_stored_first_and_replayed_although_the_server_has_lost_it() throws Exception {
        spoolWhileTheRepositoryCannotBeWritten();
        loseCaptureAndServer();
        removeWal();

        assertThat(restored(request(folder.resolve("data")).withDelta())).containsExactly("stored", "spooled");
    }

    @Test
    void its_wal_is_stored_first_although_the_data_directory_is_gone() throws Exception {
        spoolWhileTheRepositoryCannotBeWritten();
        loseCaptureAndServer();

        assertThat(restored(request(folder.resolve("elsewhere")))).containsExactly("stored", "spooled");
    }

    @Test
    void a_capture_that_runs_is_to_be_stopped_first() {
        live.server.stop(Shutdown.IMMEDIATE);
        var request = request(folder.resolve("data")).withDelta();

        var refusal = catchThrowableOfType(
                CaptureException.class, () -> restore(request).run());

        assertThat(refusal)
                .hasMessage("a capture is running with the state folder '%s'".formatted(folder.resolve("state")));
        assertThat(refusal.hint())
                .isEqualTo("stop it first: what its spool holds and the repository lacks is stored by the restore");
        assertThat(folder.resolve("data/global/pg_control")).exists();
    }

    @Test
    void a_capture_that_runs_does_not_hinder_a_restore_beside_it() throws Exception {
        var request = request(folder.resolve("beside"));

        restore(request).run();

        assertThat(request.directory().resolve("global/pg_control")).exists();
        assertThat(capture.status().state()).isInstanceOf(CaptureState.Streaming.class);
    }

    @Test
    void a_time_after_the_last_commit_is_reached_for_nothing_was_written_until_then() throws Exception {
        var time = await().atMost(SOON)
                .until(this::serverTime, now -> now.isAfter(lastCommit().plusSeconds(2)));
        assertThatThrownBy(() -> restore(toTime(time.plusSeconds(3600))).plan())
                .hasMessageContaining("is not reachable: newer than the newest WAL (");

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(
                                RecoverableTo.of(live.archive()).orElseThrow().coveredUntil())
                        .hasValueSatisfying(until -> assertThat(until).isAfter(time)));
        loseCaptureAndServer();

        assertThat(restore(toTime(time)).plan().coveredUntil())
                .hasValueSatisfying(until -> assertThat(until).isAfter(time));
        assertThat(restored(toTime(time))).containsExactly("stored");
    }

    private RestoreRequest toTime(Instant time) {
        return RestoreRequest.of(
                        folder.resolve("then"),
                        RecoveryTarget.to(time),
                        request(folder).repository(),
                        List.of("false"))
                .withAction(TargetAction.PROMOTE);
    }

    private Instant lastCommit() {
        return RecoverableTo.of(live.archive()).orElseThrow().lastCommit().orElseThrow();
    }

    private Instant serverTime() {
        try (var session = live.sql()) {
            return session.one("SELECT clock_timestamp() AS time", row -> row.instant("time"));
        }
    }
}
