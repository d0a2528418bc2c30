package io.holdfast.postgres.restore;

import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.archive.WalFooter;
import io.holdfast.postgres.archive.WalRange;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.WalIdentity;
import io.holdfast.postgres.wal.WalIndexBuilder;
import io.holdfast.postgres.wal.WalOutcome;
import io.holdfast.postgres.wal.WalScanner;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads WAL of one timeline from a position on, wherever it is, as far as whole records go, and hands out only those. */
final class TailReader {

    private static final int CHUNK = 1024 * 1024;
    private static final int PIECE = 4 * 1024 * 1024;

    private final WalIdentity identity;
    private final List<TailSource> sources;
    private final WalArchive archive;
    private final Lsn stored;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private String why = "it is missing";
    private Optional<Lsn> brokenAt = Optional.empty();

    /**
     * Begins in the segment of a position.
     *
     * @param sources the first that has the next bytes counts
     * @param stored where the repository ends
     */
    TailReader(WalIdentity identity, List<TailSource> sources, WalArchive archive, Lsn stored) {
        this.identity = identity;
        this.sources = List.copyOf(sources);
        this.archive = archive;
        this.stored = stored;
    }

    /** Takes a piece whose every byte was verified. */
    interface Sink {

        void piece(WalFooter footer, byte[] bytes);
    }

    /** Why reading ended where it did. */
    String why() {
        return why;
    }

    /** The record or page that is not as it should be, if reading ended at one. */
    Optional<Lsn> brokenAt() {
        return brokenAt;
    }

    /** The end of the last whole record, which is before {@code stored} if nothing follows. */
    Lsn read(Sink sink) throws IOException {
        var start = identity.segmentSize().start(stored);
        var index = new WalIndexBuilder(identity.timeline(), start);
        var scanner = WalScanner.startAt(identity, start, index);
        var chunk = next(start);
        while (chunk.isPresent() && feed(chunk.get(), scanner)) {
            if (pending.size() >= PIECE) {
                cut(scanner, index, sink);
            }
            chunk = next(scanner.position());
        }
        cut(scanner, index, sink);
        return scanner.validEnd();
    }

    /** Where the repository has it, its bytes: a source need not have the segment from its beginning. */
    private Optional<byte[]> next(Lsn position) throws IOException {
        var known = archive.coveredFrom(identity.timeline(), position)
                .map(covered -> Lsn.earlier(covered, Lsn.earlier(stored, position.plus(CHUNK))))
                .filter(end -> end.isAfter(position));
        if (known.isPresent()) {
            return Optional.of(stored(position, known.get()));
        }
        for (var source : sources) {
            var bytes = source.read(identity.timeline(), position, CHUNK);
            if (bytes.isPresent()) {
                return bytes;
            }
        }
        why = "WAL at %s is missing, in segment %s"
                .formatted(position, identity.segmentSize().name(identity.timeline(), position));
        return Optional.empty();
    }

    private byte[] stored(Lsn from, Lsn to) {
        var bytes = new ByteArrayOutputStream();
        archive.read(
                new WalRange(identity.timeline(), from, to),
                (_, content, offset, length) -> bytes.write(content, offset, length));
        return bytes.toByteArray();
    }

    /** Whether what follows is worth a look. */
    private boolean feed(byte[] chunk, WalScanner scanner) {
        var at = scanner.position();
        var outcome = scanner.feed(at, ByteBuffer.wrap(chunk));
        int skipped = Math.clamp(stored.minus(at), 0, chunk.length);
        pending.write(chunk, skipped, chunk.length - skipped);
        if (outcome instanceof WalOutcome.Broken broken) {
            why = broken.explain();
            brokenAt = Optional.of(broken.at());
            return false;
        }
        return true;
    }

    /** Cuts at the end of a whole record: bytes of another never get into the repository unverified. */
    private void cut(WalScanner scanner, WalIndexBuilder index, Sink sink) {
        var end = scanner.validEnd();
        if (!end.isAfter(stored)) {
            return;
        }
        if (index.start().isBefore(stored)) {
            index.cut(stored);
        }
        var start = index.start();
        var bytes = pending.toByteArray();
        int length = (int) end.minus(start);
        if (length == 0) {
            return;
        }
        var range = new WalRange(identity.timeline(), start, end);
        sink.piece(new WalFooter(range, end, Optional.empty(), index.cut(end)), Arrays.copyOf(bytes, length));
        pending.reset();
        pending.write(bytes, length, bytes.length - length);
    }
}
