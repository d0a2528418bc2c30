package io.holdfast.repository.frame;

import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectReader;
import java.nio.ByteBuffer;

/**
 * A small object that was read at once: its header, its frames and its tail are asked for one by one, and each question to a
 * store may be a request over a network.
 */
final class WholeObject implements ObjectReader {

    /** A document is hardly ever larger. Nobody who may write to the store should be able to exhaust a reader's memory. */
    private static final long MOST_BYTES = 256 * 1024;

    private final ObjectKey key;
    private final byte[] content;

    private WholeObject(ObjectKey key, byte[] content) {
        this.key = key;
        this.content = content;
    }

    /** The object if it is small, else {@code stored} as it is. */
    static ObjectReader of(ObjectReader stored) {
        if (stored.size() > MOST_BYTES) {
            return stored;
        }
        try (stored) {
            var content = new byte[(int) stored.size()];
            stored.read(0, ByteBuffer.wrap(content));
            return new WholeObject(stored.key(), content);
        }
    }

    @Override
    public ObjectKey key() {
        return key;
    }

    @Override
    public long size() {
        return content.length;
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        target.put(content, Math.toIntExact(offset), target.remaining());
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
