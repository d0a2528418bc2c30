package io.holdfast.postgres.restore.replay;

import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.WalRange;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalSegmentName;
import io.holdfast.postgres.wal.WalSegmentSize;
import java.util.List;

/**
 * The WAL of one recovery, pinned when the restore began: what is stored later is not part of it.
 *
 * @param history that of the timeline to recover along
 * @param legs where the bytes are, in order and without a hole
 * @param end of the last whole record; what follows it in its segment is zeros
 */
public record ReplayCatalogue(
        int version,
        RepositoryReference repository,
        Generation generation,
        TimelineHistory history,
        List<WalRange> legs,
        Lsn end) {

    public static final int VERSION = 0;

    public ReplayCatalogue {
        legs = List.copyOf(legs);
    }

    WalSegmentSize segmentSize() {
        return generation.walSegmentSize();
    }

    /**
     * The name under which the server asks for the segment that holds a position: that of the newest timeline which has begun in it or
     * before. Source: XLogFileReadAnyTLI in src/backend/access/transam/xlogrecovery.c.
     */
    WalSegmentName name(Lsn position) {
        var segmentEnd = segmentSize().start(position).plus(segmentSize().bytes());
        TimelineId timeline = history.timelineAt(new Lsn(segmentEnd.offset() - 1));
        return segmentSize().name(timeline, position);
    }

    /** Whether nothing of the segment belongs to this recovery: recovery ends before it. */
    boolean isBeyondEnd(WalSegmentName name) {
        return !name.start(segmentSize()).isBefore(end);
    }
}
