package io.holdfast.repository.binary;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads what {@link BinaryWriter} wrote. The bytes were authenticated before they come here, so a malformed encoding
 * is a defect or a newer format, never an attack that must be told apart. Not thread-safe.
 */
public final class BinaryReader {

    private final byte[] bytes;
    private final int end;
    private int position;

    public BinaryReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    public BinaryReader(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.position = offset;
        this.end = offset + length;
    }

    public long varint() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            int next = u8();
            if (shift == 63 && next > 1) {
                throw new MalformedEncodingException("a number of more than 64 bits");
            }
            value |= (long) (next & 0x7F) << shift;
            if ((next & 0x80) == 0) {
                return value;
            }
        }
        throw new MalformedEncodingException("a number of more than ten bytes");
    }

    /** A varint below 2^63: a size or an offset. */
    public long size() {
        long value = varint();
        if (value < 0) {
            throw new MalformedEncodingException("a size of " + Long.toUnsignedString(value));
        }
        return value;
    }

    public long signed() {
        long value = varint();
        return (value >>> 1) ^ -(value & 1);
    }

    /** A varint that counts things in memory. */
    public int count() {
        long value = varint();
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new MalformedEncodingException("a count of " + Long.toUnsignedString(value));
        }
        return (int) value;
    }

    /** A count of things that take at least a byte each: more of them than bytes are left is damage, not a request. */
    public int items() {
        int count = count();
        if (count > remaining()) {
            throw new MalformedEncodingException("%d things in %d bytes".formatted(count, remaining()));
        }
        return count;
    }

    public int u8() {
        if (position >= end) {
            throw new MalformedEncodingException("it ends too early");
        }
        return bytes[position++] & 0xFF;
    }

    public int u32() {
        return (u8() << 24) | (u8() << 16) | (u8() << 8) | u8();
    }

    public long u64() {
        return ((long) u32() << 32) | (u32() & 0xFFFF_FFFFL);
    }

    public byte[] raw(int count) {
        if (count < 0 || count > end - position) {
            throw new MalformedEncodingException("it ends too early");
        }
        position += count;
        return Arrays.copyOfRange(bytes, position - count, position);
    }

    public byte[] counted() {
        return raw(count());
    }

    public String text() {
        return new String(counted(), StandardCharsets.UTF_8);
    }

    public boolean atEnd() {
        return position == end;
    }

    /** To be called after the last value: bytes that nobody reads are a defect or a newer format. */
    public void requireEnd() {
        if (!atEnd()) {
            throw new MalformedEncodingException("%d bytes too many".formatted(remaining()));
        }
    }

    public int remaining() {
        return end - position;
    }
}
