package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.backup.BackupDetails;
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
import io.holdfast.postgres.retention.PostgresContents;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.removal.Keeper;
import io.holdfast.repository.removal.RemovalReport;
import io.holdfast.repository.retention.Holds;
import io.holdfast.repository.retention.RetentionPolicy;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A keeper that is as strict as can be, all the time, beside a capture, backups upon each other and a restore. */
class ExpireBesideCaptureIT {

    private static final Duration NOTHING = Duration.ofMillis(1);
    /** Longer than a busy disk takes from the time that a file bears to its name. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final Duration SOON = Duration.ofSeconds(40);

    @TempDir(factory = ServerFolder.class)
    Path folder;

    private Protected live;
    private long removed;

    @BeforeEach
    void start() {
        live = Protected.start(folder);
    }

    @AfterEach
    void stop() {
        live.close();
    }

    private RemovalReport expire() {
        var report = new Keeper(
                        live.repository,
                        new PostgresContents(live.repository, NOTHING),
                        RetentionPolicy.ofWindow(NOTHING),
                        GRACE)
                .run();
        removed += RemovalReport.objects(report.removed());
        return report;
    }

    /** Expires as long as the work lasts. */
    private <T> T whileExpiring(Callable<T> work) throws Exception {
        var problem = new AtomicReference<Throwable>();
        var ended = new AtomicBoolean();
        var keeper = Thread.ofPlatform().name("keeper").start(() -> {
            try {
                while (!ended.get()) {
                    expire();
                }
            } catch (Throwable e) {
                // Rethrown by the test.
                problem.set(e);
            }
        });
        try {
            return work.call();
        } finally {
            ended.set(true);
            keeper.join();
            assertThat(problem).hasNullValue();
        }
    }

    private Manifest backup() {
        return new BaseBackup(
                        live.repository,
                        BackupRequest.of(live.tcp(), Protected.MEMBER).withKind(BackupId.Kind.INCREMENTAL),
                        BackupProgress.NONE,
                        InstantSource.system(),
                        Thread::sleep)
                .take();
    }

    private long count(String folder, String part) {
        try (var objects = live.repository.store().list(ObjectKey.of(folder))) {
            return objects.filter(object -> object.key().text().contains(part)).count();
        }
    }

    @Test
    void what_stays_restores_and_nothing_else_is_left() throws Exception {
        var newest = protectAndExpire();
        live.server.stop(Shutdown.IMMEDIATE);

        assertThat(whileExpiring(() -> restored(newest)))
                .containsExactly("chapter 0", "chapter 1", "chapter 2", "chapter 3", "the end");
        assertThat(new Holds(live.repository).inForce(live.repository.store().now()))
                .isEmpty();
    }

    /** The newest backup. */
    private Manifest protectAndExpire() throws Exception {
        try (var capture = live.capture()) {
            Protected.awaitStreaming(capture);
            live.execute("CREATE TABLE public.story (line text)");
            var newest = whileExpiring(() -> {
                var last = backup();
                for (int i = 0; i < 4; i++) {
                    live.write(2);
                    live.execute("INSERT INTO public.story VALUES ('chapter %d')".formatted(i));
                    last = backup();
                }
                live.write(3);
                live.execute("INSERT INTO public.story VALUES ('the end')");
                capture.flushTo(new TimelineId(1), live.flushed(), SOON);
                return last;
            });

            // The last pieces of whole segments are merged and go; WAL followed the newest backup, so the window begins
            // after it.
            await().atMost(SOON).untilAsserted(() -> {
                expire();
                assertThat(count("claim", "/wal/")).isLessThan(25);
                assertThat(live.repository.manifests().ids()).hasSize(1);
                var generation = Generation.newest(live.repository).orElseThrow();
                var coverage = WalArchive.load(live.repository, generation).coverage(new TimelineId(1));
                assertThat(coverage).hasSize(1);
                assertThat(coverage.getFirst().start())
                        .isEqualTo(generation
                                .walSegmentSize()
                                .start(BackupDetails.of(newest).start()));
            });
            assertThat(removed).isGreaterThan(50);
            capture.flushTo(new TimelineId(1), live.flushed(), SOON);
            return newest;
        }
    }

    private List<String> restored(Manifest backup) throws Exception {
        var how = new ServerStart(
                PostgresBinaries.version18().folder().resolve("bin"),
                Map.of(
                        "fsync", "off",
                        "listen_addresses", "127.0.0.1",
                        "port", Integer.toString(live.server.port()),
                        "unix_socket_directories", ""));
        var request = RestoreRequest.of(
                        folder.resolve("restored"),
                        RecoveryTarget.latest(),
                        new RepositoryReference(
                                folder.resolve("repository").toString(),
                                folder.resolve("key").toString()),
                        List.of("false"))
                .withAction(TargetAction.PROMOTE)
                .withBackup(backup.id())
                .withStart(how);
        var server = new Restore(live.repository, request, RestoreProgress.NONE, InstantSource.system(), Thread::sleep)
                .run()
                .serverPid()
                .flatMap(ProcessHandle::of);
        try (var session = live.sql()) {
            return session.list("SELECT line FROM public.story", row -> row.text("line"));
        } finally {
            server.orElseThrow().destroy();
            server.orElseThrow().onExit().get(1, TimeUnit.MINUTES);
        }
    }
}
