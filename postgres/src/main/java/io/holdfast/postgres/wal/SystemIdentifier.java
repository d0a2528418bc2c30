package io.holdfast.postgres.wal;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** The 64-bit number that initdb gives a cluster; all its members share it, no other cluster has it. */
public record SystemIdentifier(long value) {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static SystemIdentifier parse(String decimal) {
        return new SystemIdentifier(Long.parseUnsignedLong(decimal));
    }

    @JsonValue
    @Override
    public String toString() {
        return Long.toUnsignedString(value);
    }
}
