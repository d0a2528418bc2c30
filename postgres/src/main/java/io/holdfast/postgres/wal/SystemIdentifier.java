package io.holdfast.postgres.wal;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** The 64-bit number that initdb gives a cluster; all its members share it, no other cluster has it. */
public record SystemIdentifier(long value) {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static SystemIdentifier parse(String decimal) {
        return new SystemIdentifier(Long.parseUnsignedLong(decimal));
    }

    /** Bytes at the beginning of a segment that {@link #ofSegment} needs. */
    public static final int BYTES_OF_SEGMENT = WalPage.LONG_HEADER;

    /** That of the cluster which wrote a WAL segment. */
    public static SystemIdentifier ofSegment(byte[] beginning) {
        return WalPage.writer(beginning);
    }

    @JsonValue
    @Override
    public String toString() {
        return Long.toUnsignedString(value);
    }
}
