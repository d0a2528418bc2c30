package io.holdfast.postgres.wal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Writes into WAL what no server would. */
final class WalBytes {

    private WalBytes() {}

    static void putLong(byte[] wal, int at, long value) {
        ByteBuffer.wrap(wal).order(ByteOrder.LITTLE_ENDIAN).putLong(at, value);
    }

    static void putInt(byte[] wal, int at, int value) {
        ByteBuffer.wrap(wal).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
    }

    /** Gives the record at {@code at}, which lies in one page, the checksum of its present bytes. */
    static void sign(byte[] wal, int at, int length) {
        var crc = new CRC32C();
        crc.update(wal, at + 24, length - 24);
        crc.update(wal, at, 20);
        putInt(wal, at + 20, (int) crc.getValue());
    }
}
