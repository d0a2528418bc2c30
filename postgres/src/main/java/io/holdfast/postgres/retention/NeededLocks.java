package io.holdfast.postgres.retention;

import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.NeededWal;
import io.holdfast.postgres.backup.BackupDetails;
import io.holdfast.repository.Repository;
import io.holdfast.repository.lock.BackupLocks;
import io.holdfast.repository.lock.LockShortfall;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.store.Capability;
import java.util.List;

/** The locks of all backups of a repository, and of what they need. */
public final class NeededLocks {

    private NeededLocks() {}

    /** Which end before a locked manifest needs them; empty in a store without locks. Asks for the lock of each object. */
    public static List<LockShortfall> shortfalls(Repository repository) {
        if (!repository.store().capabilities().contains(Capability.RETENTION_LOCK)) {
            return List.of();
        }
        var manifests = repository.manifests().readAll();
        return Generation.all(repository).stream()
                .flatMap(generation -> manifests.stream()
                        .filter(manifest -> manifest.generation() == generation.number())
                        .flatMap(manifest -> shortfalls(repository, generation, manifest).stream()))
                .toList();
    }

    private static List<LockShortfall> shortfalls(Repository repository, Generation generation, Manifest manifest) {
        var details = BackupDetails.of(manifest);
        var wal = NeededWal.of(
                repository, generation, manifest.id(), details.timeline(), details.start(), details.stop());
        return BackupLocks.shortfalls(repository, manifest, wal);
    }
}
