package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.postgres.backup.BackupDetails;
import io.holdfast.postgres.backup.BackupException;
import io.holdfast.postgres.backup.BackupProgress;
import io.holdfast.postgres.backup.BackupRequest;
import io.holdfast.postgres.backup.BaseBackup;
import io.holdfast.postgres.restore.RecoveryTarget;
import io.holdfast.postgres.restore.RestoreException;
import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.Repository;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup relies on a capture whose way to the repository is closed when the copy begins. */
class AbsentWalIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir(factory = ServerFolder.class)
    Path folder;

    @Test
    void a_backup_whose_wal_a_capture_cannot_store_is_none_until_it_is_stored() throws Exception {
        try (var live = Protected.start(folder);
                var capture = live.capture();
                var repository = ofItsOwn(live)) {
            Protected.awaitStreaming(capture);
            live.execute("CREATE TABLE public.story (line text)");
            capture.flush(SOON);
            var phase = new AtomicReference<BackupProgress.Phase>();
            var closing = at(phase, () -> live.repositoryDisk.readOnly(true));

            var failure = catchThrowableOfType(
                    BackupException.class, () -> backUp(live, repository, Duration.ofSeconds(1), closing));

            assertThat(phase).hasValue(BackupProgress.Phase.WAITING_FOR_WAL);
            assertThat(failure.code()).isEqualTo("backup.wal-timeout");
            assertThat(failure.kind()).isEqualTo(ProblemKind.UNAVAILABLE);
            assertThat(failure)
                    .hasMessageMatching("WAL up to 0/[0-9A-F]+ was not in the repository after 1 s: "
                            + "(it is there up to 0/[0-9A-F]+|nothing is there from 0/[0-9A-F]+ on)");
            assertThat(failure.hint())
                    .isEqualTo("check that 'holdfast capture' runs and reaches server and repository (holdfast status),"
                            + " or raise --wal-timeout");
            assertThat(repository.manifests().ids()).isEmpty();
            var recovery = new Recovery(live);
            var request = recovery.request("latest", RecoveryTarget.latest());
            assertThat(catchThrowableOfType(
                            RestoreException.class,
                            () -> recovery.restore(request).plan()))
                    .hasMessageContaining("is not reachable: ");

            // The same once more, and the way is open again while it waits.
            var opening =
                    at(phase, () -> live.repositoryDisk.readOnly(true), () -> live.repositoryDisk.readOnly(false));
            var manifest = backUp(live, repository, SOON, opening);

            var details = BackupDetails.of(manifest);
            assertThat(details.ownWal()).isFalse();
            assertThat(live.archive()
                            .coveredFrom(details.timeline(), details.start())
                            .orElseThrow())
                    .isGreaterThanOrEqualTo(details.stop());
            assertThat(recovery.restore(request).plan().backup().manifest().id())
                    .isEqualTo(manifest.id());
        }
    }

    /** The same one, over a disk that nothing happens to. */
    private static Repository ofItsOwn(Protected live) {
        var store = FilesystemStore.openForWriting(
                new LocalDisk(), live.folder.resolve("repository"), InstantSource.system());
        return Repository.open(store, live.key);
    }

    private static Manifest backUp(
            Protected live, Repository repository, Duration walTimeout, BackupProgress progress) {
        var request = BackupRequest.of(live.tcp(), Protected.MEMBER).withWalTimeout(walTimeout);
        return new BaseBackup(repository, request, progress, InstantSource.system(), Thread::sleep).take();
    }

    private static BackupProgress at(AtomicReference<BackupProgress.Phase> last, Runnable copying) {
        return at(last, copying, () -> {});
    }

    private static BackupProgress at(
            AtomicReference<BackupProgress.Phase> last, Runnable copying, Runnable waitingForWal) {
        return new BackupProgress() {
            @Override
            public void phase(Phase phase) {
                last.set(phase);
                switch (phase) {
                    case COPYING -> copying.run();
                    case WAITING_FOR_WAL -> waitingForWal.run();
                    case STARTING, FINDING_CHANGES, COMMITTING -> {}
                }
            }

            @Override
            public void expected(long bytes) {}

            @Override
            public void advanced(long bytes) {}

            @Override
            public void spared(long bytes) {}
        };
    }
}
