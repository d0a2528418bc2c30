package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.repository.Repository;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** What is lost of the WAL with some objects: what no other holds. */
public final class LostWal {

    private LostWal() {}

    /**
     * Stretches in WAL order, by timeline.
     *
     * @param left the repository without the objects
     */
    public static List<WalRange> of(Repository left, Generation generation, Collection<ObjectKey> objects) {
        var archive = WalArchive.load(left, generation);
        var lost = new ArrayList<WalRange>();
        objects.stream()
                .filter(key -> key.text().contains("/" + generation.segment() + "/"))
                .flatMap(key ->
                        StoredWal.of(new StoredObject(key, 0, Instant.EPOCH), generation.walSegmentSize()).stream())
                .map(StoredWal::range)
                .sorted(Comparator.comparing(WalRange::timeline).thenComparing(WalRange::start))
                .forEach(range -> subtract(range, archive.coverage(range.timeline()), lost));
        return lost;
    }

    private static void subtract(WalRange range, List<WalRange> covered, List<WalRange> lost) {
        var from = range.start();
        for (var other : covered) {
            if (other.end().isAfter(from) && other.start().isBefore(range.end())) {
                add(range, from, other.start(), lost);
                from = Lsn.later(from, other.end());
            }
        }
        add(range, from, range.end(), lost);
    }

    /** Pieces that follow each other, and a piece within a segment, are one stretch. */
    private static void add(WalRange of, Lsn from, Lsn to, List<WalRange> lost) {
        if (!from.isBefore(to)) {
            return;
        }
        var last = lost.isEmpty() ? null : lost.getLast();
        if (last != null && last.timeline().equals(of.timeline()) && !from.isAfter(last.end())) {
            lost.set(lost.size() - 1, new WalRange(of.timeline(), last.start(), Lsn.later(last.end(), to)));
        } else {
            lost.add(new WalRange(of.timeline(), from, to));
        }
    }
}
