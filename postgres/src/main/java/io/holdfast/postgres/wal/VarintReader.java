package io.holdfast.postgres.wal;

import java.nio.charset.StandardCharsets;

/** Reads what {@link VarintWriter} wrote; throws {@link DamagedWalIndexException} where it cannot be that. */
final class VarintReader {

    private final byte[] bytes;
    private int at;

    VarintReader(byte[] bytes) {
        this.bytes = bytes;
    }

    long unsigned() {
        var value = 0L;
        for (var shift = 0; shift < Long.SIZE && at < bytes.length; shift += 7) {
            var next = bytes[at++];
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new DamagedWalIndexException("a number has no end");
    }

    long signed() {
        var value = unsigned();
        return (value >>> 1) ^ -(value & 1);
    }

    /** A count of things that take at least a byte each: more of them than bytes are left is damage, not a request. */
    int count() {
        var count = unsigned();
        if (count < 0 || count > bytes.length - at) {
            throw new DamagedWalIndexException("a count is larger than the index");
        }
        return (int) count;
    }

    String text() {
        var length = count();
        var text = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return text;
    }

    void end() {
        if (at != bytes.length) {
            throw new DamagedWalIndexException("bytes follow its end");
        }
    }
}
