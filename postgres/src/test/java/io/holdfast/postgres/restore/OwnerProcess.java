package io.holdfast.postgres.restore;

import io.holdfast.postgres.archive.MemberName;
import io.holdfast.postgres.backup.BackupProgress;
import io.holdfast.postgres.backup.BackupRequest;
import io.holdfast.postgres.backup.BaseBackup;
import io.holdfast.postgres.restore.replay.RepositoryReference;
import io.holdfast.repository.Repository;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.store.FilesystemStore;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * A backup and its restore, or a restore upon what another left, by the user that owns the server's files, who may not
 * read everything, as root may. Arguments: store, key file, folder of the server's socket, its port, folder to restore
 * into and that of the tablespace "space", and "anew" or "delta".
 */
final class OwnerProcess {

    private OwnerProcess() {}

    public static void main(String[] arguments) {
        var key = Path.of(arguments[1]);
        var store = FilesystemStore.openForWriting(new LocalDisk(), Path.of(arguments[0]), InstantSource.system());
        var server = ProtectedCluster.settings(Path.of(arguments[2]), Integer.parseInt(arguments[3]));
        var anew = RestoreRequest.of(
                        Path.of(arguments[4]),
                        new RecoveryTarget.Immediate(),
                        new RepositoryReference(arguments[0], arguments[1]),
                        List.of("false"))
                .withTablespaces(new TablespaceChoice.Mapped(Map.of("space", Path.of(arguments[5]))));
        boolean delta = arguments[6].equals("delta");
        try (var repository = Repository.open(store, KeyFileKey.read(key))) {
            if (!delta) {
                var backup = BackupRequest.of(server, new MemberName("test"));
                new BaseBackup(repository, backup, BackupProgress.NONE, InstantSource.system(), Thread::sleep).take();
            }
            var request = delta ? anew.withDelta() : anew;
            new Restore(repository, request, RestoreProgress.NONE, InstantSource.system(), Thread::sleep).run();
        }
    }
}
