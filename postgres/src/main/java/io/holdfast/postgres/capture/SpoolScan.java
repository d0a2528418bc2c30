package io.holdfast.postgres.capture;

import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.WalFormat;
import io.holdfast.postgres.wal.WalIdentity;
import io.holdfast.postgres.wal.WalOutcome;
import io.holdfast.postgres.wal.WalScanner;
import io.holdfast.postgres.wal.WalSink;
import java.nio.ByteBuffer;

/** Brings a scanner to a position of a run by reading what the spool holds before it. */
final class SpoolScan {

    private static final int CHUNK = 1 << 20;

    private final Spool spool;
    private final Generation generation;

    SpoolScan(Spool spool, Generation generation) {
        this.spool = spool;
        this.generation = generation;
    }

    WalScanner to(SpoolRun run, Lsn position, WalSink sink) {
        var identity = new WalIdentity(
                WalFormat.ofMajor(generation.majorVersion()),
                generation.systemIdentifier(),
                generation.walSegmentSize(),
                spool.history(run.timeline()));
        var scanner = WalScanner.startAt(identity, run.start(), sink);
        for (var at = run.start(); at.isBefore(position); ) {
            var to = Lsn.earlier(at.plus(CHUNK), position);
            if (scanner.feed(at, ByteBuffer.wrap(spool.read(run, at, to))) instanceof WalOutcome.Broken broken) {
                throw CaptureException.spoolBroken(broken);
            }
            at = to;
        }
        return scanner;
    }
}
