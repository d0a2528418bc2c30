package io.holdfast.postgres.capture;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;

/**
 * Consecutive WAL of one timeline in the spool. A change of timeline or a gap begins another run.
 *
 * @param number ascending; runs are stored in this order
 * @param start where what is still kept of it begins: always where a segment begins
 */
public record SpoolRun(long number, TimelineId timeline, Lsn start, Lsn end) {

    boolean isEmpty() {
        return start.equals(end);
    }
}
