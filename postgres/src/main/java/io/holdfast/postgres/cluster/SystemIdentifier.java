package io.holdfast.postgres.cluster;

/** The 64-bit number that initdb gives a cluster; all its members share it, no other cluster has it. */
public record SystemIdentifier(long value) {

    public static SystemIdentifier parse(String decimal) {
        return new SystemIdentifier(Long.parseUnsignedLong(decimal));
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(value);
    }
}
