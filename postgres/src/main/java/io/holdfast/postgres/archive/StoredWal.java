package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalSegmentName;
import io.holdfast.postgres.wal.WalSegmentSize;
import io.holdfast.repository.frame.ObjectType;
import io.holdfast.repository.frame.SealedObjects;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.StoredObject;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/** One object of WAL, known from its name. */
record StoredWal(ObjectKey key, ObjectType type, WalRange range, Instant stored) {

    private static final String SOURCE = "(?:claim/[A-Za-z0-9_-]{1,64}/[0-9]{8}|backup/[^/]+)/[0-9]{8}";
    private static final String TIMELINE = "(?!00000000)[0-9A-F]{8}";
    /** Bytes of a piece: those of the largest segment there is. */
    private static final long LONGEST = 1L << 30;

    private static final Pattern PIECE =
            Pattern.compile(SOURCE + "/wal/(" + TIMELINE + ")/([0-9A-F]{16})-([0-9A-F]{16})");
    private static final Pattern SEGMENT = Pattern.compile(SOURCE + "/segment/(" + TIMELINE + "[0-9A-F]{16})");

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

    /** What its end says; reads nothing else of it. */
    WalFooter footer(SealedObjects objects) {
        try (var reader = objects.open(key, type)) {
            return WalFooter.decode(reader.footer());
        }
    }

    /** Whether a name is one of WAL, though it may say what cannot be. */
    static boolean isOne(ObjectKey key) {
        return PIECE.matcher(key.text()).matches()
                || SEGMENT.matcher(key.text()).matches();
    }

    /** Empty for objects that are not WAL, as their names say, or whose names say what cannot be. */
    static Optional<StoredWal> of(StoredObject object, WalSegmentSize segmentSize) {
        var key = object.key().text();
        var piece = PIECE.matcher(key);
        if (piece.matches()) {
            var start = Lsn.ofSortable(piece.group(2));
            var end = Lsn.ofSortable(piece.group(3));
            return end.isBefore(start) || isTooLong(start, end)
                    ? Optional.empty()
                    : Optional.of(of(object, ObjectType.WAL_PIECE, TimelineId.ofHex(piece.group(1)), start, end));
        }
        var segment = SEGMENT.matcher(key);
        if (segment.matches()) {
            var name = new WalSegmentName(segment.group(1));
            var start = name.start(segmentSize);
            var end = start.plus(segmentSize.bytes());
            return end.isBefore(start)
                            || !segmentSize.name(name.timeline(), start).equals(name)
                    ? Optional.empty()
                    : Optional.of(of(object, ObjectType.WAL_SEGMENT, name.timeline(), start, end));
        }
        return Optional.empty();
    }

    /** Else one name could claim to hold everything. */
    private static boolean isTooLong(Lsn start, Lsn end) {
        return Long.compareUnsigned(end.minus(start), LONGEST) > 0;
    }

    private static StoredWal of(StoredObject object, ObjectType type, TimelineId timeline, Lsn start, Lsn end) {
        return new StoredWal(object.key(), type, new WalRange(timeline, start, end), object.stored());
    }
}
