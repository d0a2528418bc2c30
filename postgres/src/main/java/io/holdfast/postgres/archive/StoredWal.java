package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalSegmentName;
import io.holdfast.postgres.wal.WalSegmentSize;
import io.holdfast.repository.frame.ObjectType;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.StoredObject;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/** One object of WAL, known from its name. */
record StoredWal(ObjectKey key, ObjectType type, WalRange range, Instant stored) {

    private static final Pattern PIECE = Pattern.compile(".*/wal/([0-9A-F]{8})/([0-9A-F]{16})-([0-9A-F]{16})");
    private static final Pattern SEGMENT = Pattern.compile(".*/segment/([0-9A-F]{24})");

    /** Of the session or backup that stored it. */
    ObjectKey folder() {
        var text = key.text();
        int levels = switch (type) {
            case WAL_PIECE -> 3;
            case WAL_SEGMENT -> 2;
            case PACK, DOCUMENT -> throw new IllegalStateException(text + " is not WAL");
        };
        for (int i = 0; i < levels; i++) {
            text = text.substring(0, text.lastIndexOf('/'));
        }
        return new ObjectKey(text);
    }

    /** Empty for objects that are not WAL. */
    static Optional<StoredWal> of(StoredObject object, WalSegmentSize segmentSize) {
        var key = object.key();
        var piece = PIECE.matcher(key.text());
        if (piece.matches()) {
            var range = new WalRange(
                    TimelineId.ofHex(piece.group(1)), Lsn.ofSortable(piece.group(2)), Lsn.ofSortable(piece.group(3)));
            return Optional.of(new StoredWal(key, ObjectType.WAL_PIECE, range, object.stored()));
        }
        var segment = SEGMENT.matcher(key.text());
        if (segment.matches()) {
            var name = new WalSegmentName(segment.group(1));
            var start = name.start(segmentSize);
            var range = new WalRange(name.timeline(), start, start.plus(segmentSize.bytes()));
            return Optional.of(new StoredWal(key, ObjectType.WAL_SEGMENT, range, object.stored()));
        }
        return Optional.empty();
    }
}
