package io.holdfast.postgres.backup;

import io.holdfast.postgres.wal.Lsn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Pages that cannot be judged before the backup's stop is known: their checksum does not hold, and they claim to be newer than
 * its start. No page can be newer than its stop. Only the newest are kept, so memory is bounded. Thread-safe.
 */
final class ChangedPages {

    private static final int MOST = 1000;

    private record Changed(DamagedPage page, Lsn position) {}

    private final PriorityQueue<Changed> newest = new PriorityQueue<>(Comparator.comparing(Changed::position));

    synchronized void add(DamagedPage page, Lsn position) {
        newest.add(new Changed(page, position));
        if (newest.size() > MOST) {
            newest.remove();
        }
    }

    /** Those that were not written by this server before {@code stop}. */
    synchronized List<DamagedPage> beyond(Lsn stop) {
        var beyond = new ArrayList<DamagedPage>();
        for (var changed : newest) {
            if (changed.position().isAfter(stop)) {
                beyond.add(changed.page());
            }
        }
        return beyond;
    }
}
