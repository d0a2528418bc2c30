package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.backup.BackupProgress;
import io.holdfast.postgres.backup.BackupRequest;
import io.holdfast.postgres.backup.BaseBackup;
import io.holdfast.postgres.copy.RepositoryCopy;
import io.holdfast.postgres.restore.RecoveryTarget;
import io.holdfast.postgres.restore.Restore;
import io.holdfast.postgres.restore.RestoreProgress;
import io.holdfast.postgres.restore.RestoreRequest;
import io.holdfast.postgres.restore.ServerStart;
import io.holdfast.postgres.restore.TargetAction;
import io.holdfast.postgres.restore.replay.RepositoryReference;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.Repository;
import io.holdfast.repository.copy.BackupCopy;
import io.holdfast.repository.copy.CopyProgress;
import io.holdfast.repository.copy.CopyTarget;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is copied while a capture goes on is restored without the repository that it came from. */
class CopyBesideCaptureIT {

    private static final Duration SOON = Duration.ofSeconds(40);

    @TempDir(factory = ServerFolder.class)
    Path folder;

    private Protected live;
    private Capture capture;
    private ObjectStore store;
    private BackupId backup;

    @BeforeEach
    void start() throws InterruptedException {
        live = Protected.start(folder);
        live.execute("CREATE TABLE public.story (line text)");
        capture = live.capture();
        Protected.awaitStreaming(capture);
        backup = new BaseBackup(
                        live.repository,
                        BackupRequest.of(live.tcp(), Protected.MEMBER),
                        BackupProgress.NONE,
                        InstantSource.system(),
                        Thread::sleep)
                .take()
                .id();
        store = FilesystemStore.create(new LocalDisk(), folder.resolve("copy"), InstantSource.system());
    }

    @AfterEach
    void stop() {
        store.close();
        capture.close();
        live.close();
    }

    private void tell(String line) throws InterruptedException {
        live.execute("INSERT INTO public.story VALUES ('%s')".formatted(line));
        capture.flushTo(new TimelineId(1), live.flushed(), SOON);
    }

    private RepositoryCopy.Report copy(List<BackupId> backups, boolean wal) {
        var target = CopyTarget.open(live.repository, store, CopyProgress.NONE);
        return new RepositoryCopy(
                        live.repository,
                        target,
                        new RepositoryCopy.Selection(backups, wal, Set.of()),
                        new BackupCopy.Settings("test", 2),
                        CopyProgress.NONE)
                .run();
    }

    /** The lines of the story, told by a server that is restored from the copy after all else is lost. */
    private List<String> restored() throws Exception {
        capture.close();
        live.server.stop(Shutdown.IMMEDIATE);
        live.repositoryDisk.readOnly(true);
        var request = RestoreRequest.of(
                        folder.resolve("restored"),
                        RecoveryTarget.latest(),
                        new RepositoryReference(
                                folder.resolve("copy").toString(),
                                folder.resolve("key").toString()),
                        List.of("false"))
                .withAction(TargetAction.PROMOTE)
                .withStart(new ServerStart(
                        PostgresBinaries.version18().folder().resolve("bin"),
                        Map.of(
                                "fsync", "off",
                                "listen_addresses", "127.0.0.1",
                                "port", Integer.toString(live.server.port()),
                                "unix_socket_directories", "")));
        var copied = Repository.open(store, live.key);
        var server = new Restore(copied, request, RestoreProgress.NONE, InstantSource.system(), Thread::sleep)
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

    @Test
    void one_backup_with_the_wal_that_it_needs_is_restored_to_its_end() throws Exception {
        tell("after the backup");

        var report = copy(List.of(backup), false);

        assertThat(report.backups())
                .singleElement()
                .satisfies(copied -> assertThat(copied.wasThere()).isFalse());
        assertThat(report.walObjects()).isZero();
        assertThat(restored()).isEmpty();
    }

    @Test
    void with_all_wal_it_is_restored_to_what_was_last_copied_and_copying_goes_on() throws Exception {
        tell("first");
        copy(List.of(), false);
        live.write(3);
        live.execute("SELECT pg_switch_wal()");
        tell("second");

        var report = copy(List.of(), false);
        tell("too late");

        assertThat(report.backups()).singleElement().satisfies(copied -> {
            assertThat(copied.wasThere()).isTrue();
            assertThat(copied.objects()).isZero();
        });
        assertThat(report.walObjects()).isPositive();
        assertThat(restored()).containsExactly("first", "second");
    }

    @Test
    void it_ends_although_wal_goes_on_arriving() throws Exception {
        var stopped = new AtomicBoolean();
        var writer = Thread.ofVirtual().start(() -> {
            while (!stopped.get()) {
                live.write(1);
            }
        });
        try {
            tell("first");

            assertThat(copy(List.of(), false).walObjects()).isPositive();
            assertThat(copy(List.of(backup), true).backups()).hasSize(1);
        } finally {
            stopped.set(true);
            writer.join();
        }
        assertThat(restored()).containsExactly("first");
    }

    @Test
    void a_backup_whose_wal_is_incomplete_is_not_copied() throws Exception {
        tell("after");
        capture.close();
        try (var pieces = live.repository.store().list(ObjectKey.of("claim"))) {
            pieces.filter(object -> object.key().text().contains("/wal/")
                            || object.key().text().contains("/segment/"))
                    .toList()
                    .forEach(object -> live.repository.store().remove(object.key()));
        }

        var request = RestoreRequest.of(
                folder.resolve("restored"),
                RecoveryTarget.latest(),
                new RepositoryReference(
                        folder.resolve("repository").toString(),
                        folder.resolve("key").toString()),
                List.of("false"));
        assertThatThrownBy(() -> new Restore(
                                live.repository, request, RestoreProgress.NONE, InstantSource.system(), Thread::sleep)
                        .plan())
                .hasMessageContaining("backup %s needs WAL up to".formatted(backup));
        assertThatThrownBy(() -> copy(List.of(backup), false))
                .hasMessageContaining("cannot be restored where it is, and is not copied");

        assertThat(copy(List.of(), false).unusable())
                .singleElement()
                .satisfies(left -> assertThat(left.backup()).isEqualTo(backup));
        assertThat(Repository.open(store, live.key).manifests().ids()).isEmpty();
    }
}
