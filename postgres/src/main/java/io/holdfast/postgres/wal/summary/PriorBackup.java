package io.holdfast.postgres.wal.summary;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.TimelineId;
import java.util.Optional;

/**
 * A backup that another one is to build on.
 *
 * @param start changes from here on may be missing in it, or be in it by half
 * @param stop up to which WAL is needed to make it whole
 */
public record PriorBackup(TimelineId timeline, Lsn start, Lsn stop) {

    public PriorBackup {
        if (stop.isBefore(start)) {
            throw new IllegalArgumentException(
                    "a backup cannot stop at %s, before its start %s".formatted(stop, start));
        }
    }

    /** Why it is no earlier state of a server with this history, whose new backup starts at {@code newStart}. */
    Optional<SummaryDoubt> doubt(TimelineHistory history, Lsn newStart) {
        if (!history.timeline().equals(timeline) && !history.descendsFrom(timeline)) {
            return Optional.of(new SummaryDoubt.OtherHistory(timeline, history.timeline()));
        }
        if (!history.passes(timeline, stop)) {
            var left = history.leftAt(timeline).orElse(Lsn.NONE);
            return Optional.of(new SummaryDoubt.Diverged(timeline, stop, left));
        }
        return stop.isAfter(newStart) ? Optional.of(new SummaryDoubt.PriorNotOver(stop, newStart)) : Optional.empty();
    }
}
