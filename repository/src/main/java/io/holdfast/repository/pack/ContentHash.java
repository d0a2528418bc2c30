package io.holdfast.repository.pack;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** The keyed hash by which two pieces of content are taken for the same: 16 bytes of HMAC-SHA-256. */
public record ContentHash(long high, long low) {

    public static final int BYTES = 16;

    public static ContentHash of(byte[] bytes) {
        var buffer = ByteBuffer.wrap(bytes);
        return new ContentHash(buffer.getLong(), buffer.getLong());
    }

    public byte[] bytes() {
        return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
    }

    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }
}
