package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.Repository;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.StoredObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The objects that hold the WAL which one backup needs, whoever stored it, with the histories and claims that lead to it. */
public final class NeededWal {

    private NeededWal() {}

    /** Of a backup that ran on a timeline from a start to a stop. */
    public static List<ObjectKey> of(
            Repository repository, Generation generation, BackupId backup, TimelineId timeline, Lsn start, Lsn stop) {
        var needs = new WalNeeds(generation);
        needs.add(timeline, start, stop);
        var recent = new RecentWal(timeline, start, generation.walSegmentSize());
        var found = new ArrayList<ObjectKey>();
        new SkippingListing(repository.store(), ObjectKey.of("claim"))
                .forEach(object -> generation.endOfOther(object.key()).or(() -> recent.end(object)), object -> {
                    if (isNeeded(object, needs)) {
                        found.add(object.key());
                    }
                });
        try (var own = repository.store().list(WalSource.of(backup, generation).folder())) {
            own.map(StoredObject::key).forEach(found::add);
        }
        return found;
    }

    /**
     * Of what such a backup needs, WAL that may all be gone at once, since what is left authenticates and holds the same: capture can
     * store pieces late of what the backup has stored itself, and segments take the place of pieces. Empty if that is not so of all
     * WAL among it.
     */
    public static Set<ObjectKey> dispensable(
            Repository repository, Generation generation, WalRange range, Collection<ObjectKey> among) {
        var wal = among.stream().filter(StoredWal::isOne).collect(Collectors.toUnmodifiableSet());
        if (wal.isEmpty()) {
            return wal;
        }
        var left = WalArchive.load(repository.without(wal), generation);
        var from = generation.walSegmentSize().start(range.start());
        boolean isCovered = left.settled(() -> left.footers(range.timeline(), from)
                .anyMatch(footer -> !footer.range().end().isBefore(range.end())));
        return isCovered ? wal : Set.of();
    }

    private static boolean isNeeded(StoredObject object, WalNeeds needs) {
        return StoredHistories.isOne(object.key())
                || object.key().name().equals("claim")
                || StoredWal.of(object, needs.generation().walSegmentSize())
                        .filter(wal -> needs.contains(wal.range()))
                        .isPresent();
    }
}
