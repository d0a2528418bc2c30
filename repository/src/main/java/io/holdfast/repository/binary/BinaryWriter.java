package io.holdfast.repository.binary;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array of bytes with the number formats of {@code docs/repository-format.md}. Not thread-safe. */
public final class BinaryWriter {

    private byte[] bytes = new byte[256];
    private int length;

    /** Unsigned LEB128; negative numbers take ten bytes. */
    public BinaryWriter varint(long value) {
        ensure(10);
        while ((value & ~0x7FL) != 0) {
            bytes[length++] = (byte) ((value & 0x7F) | 0x80);
            value >>>= 7;
        }
        bytes[length++] = (byte) value;
        return this;
    }

    /** A signed number, small in either direction: zigzag, then {@link #varint}. */
    public BinaryWriter signed(long value) {
        return varint((value << 1) ^ (value >> 63));
    }

    public BinaryWriter u8(int value) {
        ensure(1);
        bytes[length++] = (byte) value;
        return this;
    }

    public BinaryWriter u32(int value) {
        return u8(value >>> 24).u8(value >>> 16).u8(value >>> 8).u8(value);
    }

    public BinaryWriter u64(long value) {
        return u32((int) (value >>> 32)).u32((int) value);
    }

    public BinaryWriter raw(byte[] source) {
        return raw(source, 0, source.length);
    }

    public BinaryWriter raw(byte[] source, int offset, int count) {
        ensure(count);
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
        return this;
    }

    /** Its length as a varint, then the bytes. */
    public BinaryWriter counted(byte[] source) {
        return varint(source.length).raw(source);
    }

    /** Counted UTF-8. */
    public BinaryWriter text(String text) {
        return counted(text.getBytes(StandardCharsets.UTF_8));
    }

    public int length() {
        return length;
    }

    public byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    private void ensure(int more) {
        int wanted = Math.addExact(length, more);
        if (wanted > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, wanted));
        }
    }
}
