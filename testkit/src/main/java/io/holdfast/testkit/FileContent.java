package io.holdfast.testkit;

import java.util.Arrays;

/** Bytes that grow at their end. */
final class FileContent {

    private byte[] bytes = new byte[0];
    private int size;

    int size() {
        return size;
    }

    void append(byte[] source, int offset, int length) {
        var needed = Math.addExact(size, length);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length * 2));
        }
        System.arraycopy(source, offset, bytes, size, length);
        size = needed;
    }

    void truncate(int length) {
        size = Math.min(size, length);
    }

    /** The byte at a position; zero past the end, as in a hole. */
    byte at(int position) {
        return position < size ? bytes[position] : 0;
    }

    /** The array beneath, valid up to {@link #size}; changes with the next append. */
    byte[] array() {
        return bytes;
    }
}
