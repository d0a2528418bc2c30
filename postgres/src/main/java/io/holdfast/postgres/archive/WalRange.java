package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;

/** The bytes of one timeline from {@code start} up to, not including, {@code end}. */
public record WalRange(TimelineId timeline, Lsn start, Lsn end) {

    public WalRange {
        if (end.isBefore(start)) {
            throw new IllegalArgumentException("WAL from %s to %s".formatted(start, end));
        }
    }

    public long bytes() {
        return end.minus(start);
    }

    public boolean contains(Lsn position) {
        return !position.isBefore(start) && position.isBefore(end);
    }

    public boolean overlaps(WalRange other) {
        return timeline.equals(other.timeline) && start.isBefore(other.end) && other.start.isBefore(end);
    }

    @Override
    public String toString() {
        return "%s to %s on timeline %s".formatted(start, end, timeline);
    }
}
