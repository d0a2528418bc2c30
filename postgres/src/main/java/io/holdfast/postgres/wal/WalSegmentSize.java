package io.holdfast.postgres.wal;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * The size of a WAL segment file, chosen at initdb: a power of two from 1 MiB to 1 GiB. It comes from the server and
 * is never assumed.
 *
 * @param bytes always a power of two
 */
public record WalSegmentSize(@JsonValue int bytes) {

    /** Source: src/include/access/xlog_internal.h, IsValidWalSegSize. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public WalSegmentSize {
        if (Integer.bitCount(bytes) != 1 || bytes < 1 << 20 || bytes > 1 << 30) {
            throw new IllegalArgumentException("not a WAL segment size: " + bytes);
        }
    }

    public long number(Lsn position) {
        return Long.divideUnsigned(position.offset(), bytes);
    }

    /** Where the segment that holds {@code position} begins. */
    public Lsn start(Lsn position) {
        return new Lsn(position.offset() & -bytes);
    }

    /** Bytes from the beginning of its segment to {@code position}. */
    public int offset(Lsn position) {
        return (int) (position.offset() & bytes - 1);
    }

    public WalSegmentName name(TimelineId timeline, Lsn position) {
        return WalSegmentName.of(timeline, number(position), this);
    }
}
