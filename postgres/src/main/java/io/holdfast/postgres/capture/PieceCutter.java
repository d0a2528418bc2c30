package io.holdfast.postgres.capture;

import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.WalFooter;
import io.holdfast.postgres.archive.WalRange;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.WalIndexBuilder;
import io.holdfast.postgres.wal.WalOutcome;
import io.holdfast.postgres.wal.WalScanner;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Cuts one run of the spool into pieces, reading every record once more on the way. A piece lies within one segment.
 * Confined to one thread.
 */
final class PieceCutter {

    private final Spool spool;
    private final SpoolRun run;
    private final int mostBytes;
    private final WalIndexBuilder index;
    private final WalScanner scanner;

    /** @param position up to where the run is stored already */
    PieceCutter(Spool spool, Generation generation, SpoolRun run, Lsn position, int mostBytes) {
        this.spool = spool;
        this.run = run;
        this.mostBytes = mostBytes;
        this.index = new WalIndexBuilder(run.timeline(), run.start());
        this.scanner = new SpoolScan(spool, generation).to(run, position, index);
        index.cut(position);
    }

    /** Bytes of WAL and what is said of them. Never compared. */
    @SuppressWarnings("ArrayRecordComponent")
    record Piece(WalFooter footer, byte[] content) {

        Piece covered(Optional<java.time.Instant> until) {
            return new Piece(new WalFooter(footer.range(), footer.validEnd(), until, footer.index()), content);
        }
    }

    SpoolRun run() {
        return run;
    }

    /** Where the next piece begins. */
    Lsn position() {
        return scanner.position();
    }

    /** Before this nothing is needed any more to go on from here after a restart. */
    Lsn neededFrom() {
        return spool.segmentSize().start(Lsn.earlier(scanner.validEnd(), scanner.position()));
    }

    /** The next piece of what is there; empty if nothing is. */
    Optional<Piece> next(Lsn available) {
        var from = position();
        var segmentEnd =
                spool.segmentSize().start(from).plus(spool.segmentSize().bytes());
        var to = Lsn.earlier(Lsn.earlier(from.plus(mostBytes), segmentEnd), available);
        if (!to.isAfter(from)) {
            return Optional.empty();
        }
        var content = spool.read(run, from, to);
        if (scanner.feed(from, ByteBuffer.wrap(content)) instanceof WalOutcome.Broken broken) {
            throw CaptureException.spoolBroken(broken);
        }
        var footer = new WalFooter(
                new WalRange(run.timeline(), from, to), scanner.validEnd(), Optional.empty(), index.cut(to));
        return Optional.of(new Piece(footer, content));
    }
}
