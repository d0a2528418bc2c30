package io.holdfast.postgres.wal.summary;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.TimelineId;
import java.util.ArrayList;
import java.util.List;

/**
 * A piece of WAL on one timeline.
 *
 * @param to the first position that is no longer in it
 */
public record WalRange(TimelineId timeline, Lsn from, Lsn to) {

    public WalRange {
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException("a range must end after its start %s, not at %s".formatted(from, to));
        }
    }

    /** The way from one position to another as a server with this history went it, oldest piece first. */
    static List<WalRange> along(TimelineHistory history, Lsn from, Lsn to) {
        var ranges = new ArrayList<WalRange>();
        var at = from;
        for (var fork : history.forks()) {
            var end = Lsn.earlier(fork.at(), to);
            if (at.isBefore(end)) {
                ranges.add(new WalRange(fork.parent(), at, end));
                at = end;
            }
        }
        if (at.isBefore(to)) {
            ranges.add(new WalRange(history.timeline(), at, to));
        }
        return ranges;
    }

    @Override
    public String toString() {
        return "%s to %s on timeline %s".formatted(from, to, timeline);
    }
}
