package io.holdfast.postgres.wal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Numbers in seven bits a byte, lowest first, the eighth bit set while more follow. */
final class VarintWriter {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    void unsigned(long value) {
        var rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes.write((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }

    /** Small numbers of either sign become small unsigned ones. */
    void signed(long value) {
        unsigned((value << 1) ^ (value >> 63));
    }

    void text(String text) {
        var encoded = text.getBytes(StandardCharsets.UTF_8);
        unsigned(encoded.length);
        bytes.writeBytes(encoded);
    }

    byte[] toByteArray() {
        return bytes.toByteArray();
    }
}
