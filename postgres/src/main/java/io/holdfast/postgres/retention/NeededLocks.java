package io.holdfast.postgres.retention;

import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.NeededWal;
import io.holdfast.postgres.archive.WalRange;
import io.holdfast.postgres.backup.BackupDetails;
import io.holdfast.repository.Repository;
import io.holdfast.repository.lock.BackupLocks;
import io.holdfast.repository.lock.LockShortfall;
import io.holdfast.repository.manifest.Manifest;
import java.util.List;
import java.util.Optional;

/**
 * The locks of all backups of a repository, and of what they need.
 *
 * @param lockedBackups whose manifest is locked, as far as the store says: none in one without locks, or that does not tell this
 *     identity of them
 * @param shortfalls what ends before one of them needs it
 */
public record NeededLocks(int lockedBackups, List<LockShortfall> shortfalls) {

    public NeededLocks {
        shortfalls = List.copyOf(shortfalls);
    }

    /** Asks for the lock of each object that a locked backup needs. */
    public static NeededLocks of(Repository repository) {
        var manifests = repository.manifests().readAll();
        var found = Generation.all(repository).stream()
                .flatMap(generation -> manifests.stream()
                        .filter(manifest -> manifest.generation() == generation.number())
                        .flatMap(manifest -> shortfalls(repository, generation, manifest).stream()))
                .toList();
        return new NeededLocks(
                found.size(), found.stream().flatMap(List::stream).toList());
    }

    private static Optional<List<LockShortfall>> shortfalls(
            Repository repository, Generation generation, Manifest manifest) {
        var details = BackupDetails.of(manifest);
        var wal = NeededWal.of(
                repository, generation, manifest.id(), details.timeline(), details.start(), details.stop());
        return BackupLocks.shortfalls(repository, manifest, wal)
                .map(found -> thatMatter(repository, generation, details, found));
    }

    private static List<LockShortfall> thatMatter(
            Repository repository, Generation generation, BackupDetails details, List<LockShortfall> found) {
        var dispensable = NeededWal.dispensable(
                repository,
                generation,
                new WalRange(details.timeline(), details.start(), details.stop()),
                found.stream().map(LockShortfall::key).toList());
        return found.stream().filter(one -> !dispensable.contains(one.key())).toList();
    }
}
