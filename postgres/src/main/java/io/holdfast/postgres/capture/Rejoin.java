package io.holdfast.postgres.capture;

import io.holdfast.postgres.replication.Message;
import io.holdfast.postgres.wal.Lsn;
import java.nio.ByteBuffer;

/**
 * The return to a server: what the spool has of the segment in which its last run ends is read once more and compared,
 * up to the last whole record. A server that was put in the place of the other, or lost what it had said was flushed,
 * must not be continued with. Confined to one thread.
 */
final class Rejoin {

    private final Spool spool;
    private final SpoolRun run;
    private final Lsn validEnd;
    private Lsn position;

    /** @param validEnd end of the last whole record of the run */
    Rejoin(Spool spool, SpoolRun run, Lsn validEnd) {
        this.spool = spool;
        this.run = run;
        this.validEnd = validEnd;
        this.position = run.isEmpty() ? run.end() : spool.segmentSize().start(run.end());
    }

    /** Up to where the server is known to have what the spool has: where to stream from. */
    Lsn position() {
        return position;
    }

    /** Whether all that the spool has was found again. */
    boolean isOver() {
        return position.equals(run.end());
    }

    /**
     * Takes out of what has arrived what the spool has.
     *
     * @return position of the first byte that is left
     * @throws CaptureException if it is not the same
     */
    Lsn take(Message.WalData data) {
        if (isOver()) {
            return data.start();
        }
        if (!data.start().equals(position)) {
            throw CaptureException.outOfOrder(position, data.start());
        }
        int count = (int) Math.min(data.bytes().remaining(), run.end().minus(position));
        var end = position.plus(count);
        var mine = ByteBuffer.wrap(spool.read(run, position, end));
        var theirs = data.bytes().slice(data.bytes().position(), count);
        int mismatch = mine.mismatch(theirs);
        if (mismatch >= 0 && position.plus(mismatch).isBefore(validEnd)) {
            throw CaptureException.diverged(run.timeline(), position.plus(mismatch));
        }
        data.bytes().position(data.bytes().position() + count);
        position = end;
        return end;
    }
}
