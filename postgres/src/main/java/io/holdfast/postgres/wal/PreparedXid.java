package io.holdfast.postgres.wal;

/**
 * Finds the transaction's own number in the main data of a COMMIT PREPARED or ABORT PREPARED record, where lists of any
 * length precede it, in bounded memory: each field is one little-endian word, a count or flags, and what it counts is
 * skipped. Source: ParseCommitRecord in src/backend/access/rmgrdesc/xactdesc.c. Confined to one thread.
 */
final class PreparedXid {

    private static final int DATABASE_BYTES = 8;
    private static final int XID_BYTES = 4;
    private static final int RELATION_BYTES = 12;
    private static final int INVALIDATION_BYTES = 16;

    private enum Field {
        FLAGS(0),
        SUBTRANSACTIONS(1 << 1),
        RELATIONS(1 << 2),
        STATISTICS(1 << 8),
        INVALIDATIONS(1 << 3),
        XID(1 << 4),
        NONE(0);

        private static final Field[] IN_ORDER = values();

        private final int flag;

        Field(int flag) {
            this.flag = flag;
        }
    }

    private static final int HAS_DATABASE = 1;

    private final int statisticsBytes;
    private Field field = Field.NONE;
    private int flags;
    private long skip;
    private int word;
    private int wordBytes;
    private int xid;

    PreparedXid(int statisticsBytes) {
        this.statisticsBytes = statisticsBytes;
    }

    void forget() {
        field = Field.NONE;
        xid = 0;
    }

    /**
     * Begins with another record.
     *
     * @param bytesBeforeFlags from the first byte that will be fed to the word of flags
     */
    void begin(int bytesBeforeFlags) {
        field = Field.FLAGS;
        skip = bytesBeforeFlags;
        word = 0;
        wordBytes = 0;
        xid = 0;
    }

    void feed(byte[] bytes, int from, int length) {
        var at = from;
        var to = from + length;
        while (at < to && field != Field.NONE) {
            if (skip > 0) {
                var skipped = (int) Math.min(skip, to - at);
                skip -= skipped;
                at += skipped;
            } else {
                word |= (bytes[at++] & 0xFF) << (8 * wordBytes++);
                if (wordBytes == Integer.BYTES) {
                    take(word);
                    word = 0;
                    wordBytes = 0;
                }
            }
        }
    }

    /** Zero, which is no transaction, when the record did not hold one. */
    int xid() {
        return xid;
    }

    private void take(int value) {
        var count = value & 0xFFFF_FFFFL;
        switch (field) {
            case FLAGS -> {
                flags = value;
                skip = (flags & HAS_DATABASE) == 0 ? 0 : DATABASE_BYTES;
            }
            case SUBTRANSACTIONS -> skip = count * XID_BYTES;
            case RELATIONS -> skip = count * RELATION_BYTES;
            case STATISTICS -> skip = count * statisticsBytes;
            case INVALIDATIONS -> skip = count * INVALIDATION_BYTES;
            case XID -> xid = value;
            case NONE -> {}
        }
        field = following(field);
    }

    private Field following(Field current) {
        for (var candidate : Field.IN_ORDER) {
            if (candidate.compareTo(current) > 0 && (flags & candidate.flag) != 0) {
                return candidate;
            }
        }
        return Field.NONE;
    }
}
