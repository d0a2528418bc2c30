package io.holdfast.postgres.restore;

import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.archive.WalRange;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.WalFormat;
import io.holdfast.postgres.wal.WalIdentity;
import io.holdfast.postgres.wal.WalOutcome;
import io.holdfast.postgres.wal.WalScanner;
import io.holdfast.postgres.wal.WalSink;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Finds single records in the WAL of a recovery, reading little around them. */
final class RecordSearch {

    private static final long PAGE = 8192;
    private static final long NEAR = 64 * 1024;
    private static final int AHEAD = 64 * 1024;
    private static final int ALIGNMENT = 8;

    private final WalArchive archive;
    private final WalIdentity identity;
    private final List<WalRange> legs;

    /** @param legs the WAL, in order and without a hole */
    RecordSearch(WalArchive archive, TimelineHistory history, List<WalRange> legs) {
        var generation = archive.generation();
        this.archive = archive;
        this.identity = new WalIdentity(
                WalFormat.ofMajor(generation.majorVersion()),
                generation.systemIdentifier(),
                generation.walSegmentSize(),
                history);
        this.legs = List.copyOf(legs);
    }

    record Found(Lsn begin, Lsn end) {}

    /** Where the last record begins that is complete at a position: reads backwards until one begins in what was read. */
    Optional<Lsn> lastBefore(Lsn position) {
        if (legs.isEmpty()) {
            return Optional.empty();
        }
        var first = legs.getFirst().start();
        var from = nearBefore(position);
        while (true) {
            var found = scan(from, position).lastRecord();
            if (found.isPresent() || !from.isAfter(first)) {
                return found;
            }
            from = Lsn.later(identity.segmentSize().start(new Lsn(from.offset() - 1)), first);
        }
    }

    /** The first record that begins at a position or later; empty if it is not complete in this WAL. */
    Optional<Found> firstFrom(Lsn position) {
        if (legs.isEmpty() || position.isBefore(legs.getFirst().start())) {
            return Optional.empty();
        }
        var near = scan(nearBefore(position), position);
        var scanner = near.outcome() instanceof WalOutcome.Broken
                ? scan(identity.segmentSize().start(position), position)
                : near;
        while (true) {
            var bytes = read(scanner.position(), scanner.position().plus(AHEAD));
            for (int at = 0; at < bytes.length; at += ALIGNMENT) {
                scanner.feed(scanner.position(), ByteBuffer.wrap(bytes, at, Math.min(ALIGNMENT, bytes.length - at)));
                var begin = scanner.lastRecord().filter(last -> !last.isBefore(position));
                if (begin.isPresent()) {
                    return Optional.of(new Found(begin.get(), scanner.validEnd()));
                }
            }
            if (bytes.length == 0 || scanner.outcome() instanceof WalOutcome.Broken) {
                return Optional.empty();
            }
        }
    }

    /** The start of a page, where reading can begin, unless the rest of the segment is empty after a switch. */
    private Lsn nearBefore(Lsn position) {
        long from = Math.max(0, position.offset() - NEAR) / PAGE * PAGE;
        var segment = identity.segmentSize().start(new Lsn(Math.max(0, position.offset() - 1)));
        return Lsn.later(new Lsn(from), Lsn.later(segment, legs.getFirst().start()));
    }

    private WalScanner scan(Lsn from, Lsn to) {
        var scanner = WalScanner.startAt(identity, from, WalSink.NOTHING);
        read(
                from,
                to,
                (_, bytes, offset, length) -> scanner.feed(scanner.position(), ByteBuffer.wrap(bytes, offset, length)));
        return scanner;
    }

    private byte[] read(Lsn from, Lsn to) {
        var content = new ByteArrayOutputStream();
        read(from, to, (_, bytes, offset, length) -> content.write(bytes, offset, length));
        return content.toByteArray();
    }

    /** As much as there is. */
    private void read(Lsn from, Lsn to, WalArchive.Sink sink) {
        for (var leg : legs) {
            var start = Lsn.later(from, leg.start());
            var end = Lsn.earlier(to, leg.end());
            if (start.isBefore(end)) {
                archive.read(new WalRange(leg.timeline(), start, end), sink);
            }
        }
    }
}
