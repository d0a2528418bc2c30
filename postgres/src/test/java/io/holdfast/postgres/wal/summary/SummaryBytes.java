package io.holdfast.postgres.wal.summary;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Builds summary files byte by byte, sound ones and others. */
final class SummaryBytes {

    static final int ENTRY = 24;

    private final ByteBuffer bytes;

    SummaryBytes() {
        this(ByteOrder.LITTLE_ENDIAN);
    }

    SummaryBytes(ByteOrder order) {
        bytes = ByteBuffer.allocate(1 << 20).order(order).putInt(0x652B137B);
    }

    /** The fixed part of an entry. */
    SummaryBytes entry(long tablespace, long database, long relation, int fork, long limit, long chunks) {
        bytes.putInt((int) tablespace).putInt((int) database).putInt((int) relation);
        bytes.putInt(fork).putInt((int) limit).putInt((int) chunks);
        return this;
    }

    SummaryBytes words(int... words) {
        for (int word : words) {
            bytes.putShort((short) word);
        }
        return this;
    }

    SummaryBytes bitmap(int... offsets) {
        var words = new int[4096];
        for (int offset : offsets) {
            words[offset / 16] |= 1 << offset % 16;
        }
        return words(words);
    }

    int size() {
        return bytes.position();
    }

    /** With the end and the checksum that belong to it. */
    byte[] finish() {
        bytes.put(new byte[ENTRY]);
        var crc = new CRC32C();
        crc.update(bytes.array(), 0, bytes.position());
        bytes.putInt((int) crc.getValue());
        return content();
    }

    byte[] content() {
        var content = new byte[bytes.position()];
        bytes.get(0, content);
        return content;
    }
}
