package io.holdfast.postgres.restore;

import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.archive.WalRange;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.WalFormat;
import io.holdfast.postgres.wal.WalIdentity;
import io.holdfast.postgres.wal.WalScanner;
import io.holdfast.postgres.wal.WalSink;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Finds where the last record of a plan's WAL begins. */
final class LastRecord {

    private final WalArchive archive;
    private final RestorePlan plan;

    LastRecord(WalArchive archive, RestorePlan plan) {
        this.archive = archive;
        this.plan = plan;
    }

    /** Reads from the segment of the end backwards until a record begins in what was read; empty if none does. */
    Optional<Lsn> find() {
        var size = archive.generation().walSegmentSize();
        var first = plan.wal().getFirst().start();
        var from = size.start(new Lsn(plan.end().offset() - 1));
        while (true) {
            var found = scan(Lsn.later(from, first));
            if (found.isPresent() || !from.isAfter(first)) {
                return found;
            }
            from = new Lsn(from.offset() - size.bytes());
        }
    }

    private Optional<Lsn> scan(Lsn from) {
        var generation = archive.generation();
        var identity = new WalIdentity(
                WalFormat.ofMajor(generation.majorVersion()),
                generation.systemIdentifier(),
                generation.walSegmentSize(),
                plan.history());
        var scanner = WalScanner.startAt(identity, from, WalSink.NOTHING);
        for (var leg : plan.wal()) {
            var start = Lsn.later(from, leg.start());
            var end = Lsn.earlier(plan.end(), leg.end());
            if (start.isBefore(end)) {
                archive.read(
                        new WalRange(leg.timeline(), start, end),
                        (at, bytes, offset, length) ->
                                scanner.feed(scanner.position(), ByteBuffer.wrap(bytes, offset, length)));
            }
        }
        return scanner.lastRecord();
    }
}
