package io.holdfast.postgres.restore;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads segments of one timeline from a position on, as far as whole records go, and hands out only those. */
final class TailReader {

    private static final int CHUNK = 1024 * 1024;
    private static final int PIECE = 4 * 1024 * 1024;

    private final WalIdentity identity;
    private final List<Path> folders;
    private final Lsn stored;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private String why = "the segment is missing";

    /**
     * Begins in the segment of a position.
     *
     * @param stored where the repository ends
     */
    TailReader(WalIdentity identity, List<Path> folders, Lsn stored) {
        this.identity = identity;
        this.folders = folders;
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

    /** The end of the last whole record, which is before {@code stored} if nothing follows. */
    Lsn read(Sink sink) throws IOException {
        var start = identity.segmentSize().start(stored);
        var index = new WalIndexBuilder(identity.timeline(), start);
        var scanner = WalScanner.startAt(identity, start, index);
        boolean readable = true;
        while (readable) {
            var segment = segment(scanner.position());
            readable = segment.isPresent() && feed(segment.get(), scanner, index, sink);
        }
        cut(scanner, index, sink);
        return scanner.validEnd();
    }

    private Optional<Path> segment(Lsn position) {
        var name = identity.segmentSize().name(identity.timeline(), position).text();
        var found = folders.stream()
                .map(folder -> folder.resolve(name))
                .filter(Files::isRegularFile)
                .findFirst();
        if (found.isEmpty()) {
            why = "segment %s is missing".formatted(name);
        }
        return found;
    }

    /** Whether the next segment is worth a look. */
    private boolean feed(Path segment, WalScanner scanner, WalIndexBuilder index, Sink sink) throws IOException {
        var chunk = new byte[CHUNK];
        try (var in = Files.newInputStream(segment)) {
            long left = identity.segmentSize().bytes();
            while (left > 0) {
                int length = in.readNBytes(chunk, 0, (int) Math.min(CHUNK, left));
                if (length == 0) {
                    why = "segment %s is too short".formatted(segment.getFileName());
                    return false;
                }
                var at = scanner.position();
                var outcome = scanner.feed(at, ByteBuffer.wrap(chunk, 0, length));
                keep(at, chunk, length);
                if (outcome instanceof WalOutcome.Broken broken) {
                    why = broken.explain();
                    return false;
                }
                if (pending.size() >= PIECE) {
                    cut(scanner, index, sink);
                }
                left -= length;
            }
        }
        return true;
    }

    private void keep(Lsn at, byte[] chunk, int length) {
        int skipped = Math.clamp(stored.minus(at), 0, length);
        pending.write(chunk, skipped, length - skipped);
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
