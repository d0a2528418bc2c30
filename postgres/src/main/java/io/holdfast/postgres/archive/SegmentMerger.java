package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.WalIndex;
import io.holdfast.postgres.wal.WalSegmentName;
import io.holdfast.repository.Repository;
import io.holdfast.repository.frame.ObjectType;
import io.holdfast.repository.frame.SealedReader;
import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectKey;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes whole segments of pieces: written, read back and compared. Pieces are left where they are. One frame is held in
 * memory at a time. Confined to one thread.
 */
public final class SegmentMerger {

    private final Repository repository;
    private final MemberWal wal;
    private final WalSource source;
    private final Generation generation;

    public SegmentMerger(Repository repository, Generation generation, MemberWal wal, WalSource source) {
        this.repository = repository;
        this.generation = generation;
        this.wal = wal;
        this.source = source;
    }

    /**
     * Merges one segment; if an earlier run was stopped after writing it, that object is compared and kept.
     *
     * @return whether pieces make it up exactly
     * @throws NameTakenException if something else lies where it belongs
     * @throws SegmentMismatchException if what was written does not read back as what the pieces hold
     */
    public boolean merge(WalSegmentName segment) {
        var pieces = wal.pieces(segment);
        if (pieces.isEmpty()) {
            return false;
        }
        var key = source.segment(segment);
        var written = digest();
        var footers = new ArrayList<WalFooter>();
        try (var writer = repository.objects().create(key, ObjectType.WAL_SEGMENT)) {
            pieces.forEach(piece -> footers.add(copy(piece, (bytes, length) -> {
                written.update(bytes, 0, length);
                writer.append(bytes, 0, length);
            })));
            writer.finish(footer(footers).encode());
        } catch (ObjectExistsException _) {
            requireReadable(key);
            written.reset();
            footers.clear();
            pieces.forEach(piece -> footers.add(copy(piece, (bytes, length) -> written.update(bytes, 0, length))));
        }
        var start = segment.start(generation.walSegmentSize());
        var range = new WalRange(
                segment.timeline(),
                start,
                start.plus(generation.walSegmentSize().bytes()));
        var merged = new StoredWal(
                key, ObjectType.WAL_SEGMENT, range, repository.store().now());
        verify(merged, written.digest(), footer(footers));
        wal.merged(merged);
        return true;
    }

    private void requireReadable(ObjectKey key) {
        repository
                .objects()
                .attempt(key, () -> {
                    try (var reader = repository.objects().open(key, ObjectType.WAL_SEGMENT)) {
                        return WalFooter.decode(reader.footer());
                    }
                })
                .unreadable()
                .ifPresent(there -> {
                    throw new NameTakenException(there);
                });
    }

    private void verify(StoredWal merged, byte[] expected, WalFooter footer) {
        var read = digest();
        var found = copy(merged, (bytes, length) -> read.update(bytes, 0, length));
        if (!MessageDigest.isEqual(expected, read.digest())
                || !MessageDigest.isEqual(found.encode(), footer.encode())) {
            throw new SegmentMismatchException(merged.key());
        }
    }

    private interface FrameSink {
        void accept(byte[] bytes, int length);
    }

    private WalFooter copy(StoredWal object, FrameSink sink) {
        try (SealedReader reader = repository.objects().open(object.key(), object.type())) {
            for (var frame : reader.frames()) {
                var content = new byte[frame.plainLength()];
                reader.read(frame, content);
                sink.accept(content, content.length);
            }
            return WalFooter.decode(reader.footer());
        }
    }

    private static WalFooter footer(List<WalFooter> pieces) {
        var first = pieces.getFirst();
        var last = pieces.getLast();
        var range = new WalRange(
                first.range().timeline(), first.range().start(), last.range().end());
        var index = pieces.stream()
                .map(WalFooter::index)
                .reduce(WalIndex::followedBy)
                .orElseThrow();
        Optional<Instant> covered = pieces.reversed().stream()
                .flatMap(piece -> piece.coveredUntil().stream())
                .findFirst();
        return new WalFooter(range, last.validEnd(), covered, index);
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
