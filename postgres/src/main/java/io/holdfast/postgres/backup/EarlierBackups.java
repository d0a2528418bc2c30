package io.holdfast.postgres.backup;

import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.Repository;
import io.holdfast.repository.frame.Unreadable;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What one backup must know of those before it.
 *
 * @param newest of the same generation; absent if there is none that can be read
 * @param unreadable manifests that are newer than the parent, or than all that are left, newest first
 */
record EarlierBackups(Optional<ParentBackup> parent, Optional<BackupDetails> newest, List<Unreadable> unreadable) {

    EarlierBackups {
        unreadable = List.copyOf(unreadable);
    }

    EarlierBackups withoutParent() {
        return new EarlierBackups(Optional.empty(), newest, unreadable);
    }

    /** Upon which none was built that should have been. */
    Optional<BackupDetails.PassedOver> passedOver() {
        return unreadable.stream()
                .findFirst()
                .map(first -> new BackupDetails.PassedOver(unreadable.size(), first.why()));
    }

    /**
     * Whether none has WAL of a timeline beyond a position: so it is, unless the server was set back or somebody else takes backups of
     * the cluster, too. The newest knows of all before it that are ahead of it.
     */
    boolean endBefore(TimelineId timeline, Lsn position) {
        return unreadable.isEmpty()
                && newest.filter(found -> !found.timeline().equals(timeline)
                                || found.reached().isAfter(position))
                        .isEmpty();
    }

    /** Up to where any of them has WAL of a timeline, if that is beyond a position; reads all only where it may be. */
    Optional<Lsn> furthest(Repository repository, Generation generation, TimelineId timeline, Lsn position) {
        if (endBefore(timeline, position)) {
            return Optional.empty();
        }
        return repository.manifests().readAll().stream()
                .filter(manifest -> manifest.generation() == generation.number())
                .map(BackupDetails::of)
                .filter(details -> details.timeline().equals(timeline))
                .map(BackupDetails::reached)
                .filter(reached -> reached.isAfter(position))
                .max(Comparator.naturalOrder());
    }
}
