package io.holdfast.repository.frame;

import io.holdfast.repository.key.DataKey;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.ObjectWriter;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * Writes one sealed object, frame by frame. Nothing is visible before {@link #finish}; closing without it leaves
 * nothing behind. After a failure it can only be closed. Confined to one thread.
 */
public final class SealedWriter implements AutoCloseable {

    private final ObjectKey key;
    private final ObjectWriter writer;
    private final FrameCompression compression;
    private final FrameCipher cipher;
    private final byte[] frameHeader = new byte[FrameFormat.FRAME_HEADER];
    private byte[] out = new byte[0];
    private int frames;
    private long offset;
    private long plainBytes;

    /** False while a frame is written, after one failed and after the last: a frame number is used once. */
    private boolean open = true;

    SealedWriter(
            ObjectStore store,
            ObjectKey key,
            ObjectType type,
            DataKey dataKey,
            SecureRandom random,
            FrameCompression compression) {
        var salt = new byte[FrameFormat.SALT];
        random.nextBytes(salt);
        var header = ByteBuffer.allocate(FrameFormat.OBJECT_HEADER)
                .putInt(FrameFormat.MAGIC)
                .put((byte) FrameFormat.VERSION)
                .put((byte) type.number())
                .putShort((short) 0)
                .putInt(dataKey.epoch())
                .putInt(0)
                .put(salt)
                .flip();
        this.key = key;
        this.compression = compression;
        this.cipher = new FrameCipher(dataKey, key, header.array());
        this.writer = store.create(key);
        this.offset = header.remaining();
        try {
            writer.write(header);
        } catch (RuntimeException | Error e) {
            writer.close();
            throw e;
        }
    }

    public ObjectKey key() {
        return key;
    }

    /** Adds a frame of at most 4 MiB. */
    public FrameLocation append(byte[] plain, int from, int length) {
        return frame(plain, from, length, 0);
    }

    /** Bytes of the object so far. */
    public long size() {
        return offset;
    }

    public int frames() {
        return frames;
    }

    /** Bytes of content so far, before compression. */
    public long plainBytes() {
        return plainBytes;
    }

    /** Writes the footer as the last frame and makes the object durable and visible; its size in bytes. */
    public long finish(byte[] footer) {
        var last = frame(footer, 0, footer.length, FrameFormat.FLAG);
        open = false;
        writer.write(ByteBuffer.allocate(FrameFormat.TAIL)
                .putInt(last.number())
                .putInt(last.storedLength())
                .flip());
        writer.commit();
        return offset + FrameFormat.TAIL;
    }

    private FrameLocation frame(byte[] plain, int from, int length, int lastFlag) {
        if (length > FrameFormat.MOST_PLAIN) {
            throw new IllegalArgumentException("a frame of %d bytes is too large".formatted(length));
        }
        if (!open) {
            throw new IllegalStateException("object '%s' is finished, or failed before".formatted(key));
        }
        open = false;
        int packed = compression.compress(plain, from, length);
        int payload = packed < 0 ? length : packed;
        int stored = FrameFormat.FRAME_HEADER + payload + FrameFormat.TAG;
        if (out.length < stored) {
            out = new byte[stored];
        }
        ByteBuffer.wrap(frameHeader)
                .putInt(payload + FrameFormat.TAG | lastFlag)
                .putInt(length | (packed < 0 ? 0 : FrameFormat.FLAG));
        System.arraycopy(frameHeader, 0, out, 0, FrameFormat.FRAME_HEADER);
        if (packed < 0) {
            cipher.seal(frames, frameHeader, plain, from, length, out, FrameFormat.FRAME_HEADER);
        } else {
            cipher.seal(frames, frameHeader, compression.compressed(), 0, packed, out, FrameFormat.FRAME_HEADER);
        }
        writer.write(ByteBuffer.wrap(out, 0, stored));
        var location = new FrameLocation(frames, offset, stored, length);
        frames++;
        offset += stored;
        plainBytes += length;
        open = true;
        return location;
    }

    @Override
    public void close() {
        writer.close();
        compression.close();
    }
}
