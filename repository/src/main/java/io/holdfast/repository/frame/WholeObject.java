package io.holdfast.repository.frame;

import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectReader;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A small object that was read at once: its header, its frames and its tail are asked for one by one, and each question to a
 * store may be a request over a network.
 */
final class WholeObject implements ObjectReader {

    /** A document is hardly ever larger. Nobody who may write to the store should be able to exhaust a reader's memory. */
    private static final long MOST_BYTES = 256 * 1024;

    private final ObjectReader stored;
    private byte @Nullable [] content;

    private WholeObject(ObjectReader stored, byte[] content) {
        this.stored = stored;
        this.content = content;
    }

    /** The object if it is small, else {@code stored} as it is. */
    static ObjectReader of(ObjectReader stored) {
        if (stored.size() > MOST_BYTES) {
            return stored;
        }
        try {
            var content = new byte[(int) stored.size()];
            stored.read(0, ByteBuffer.wrap(content));
            return new WholeObject(stored, content);
        } catch (RuntimeException e) {
            stored.close();
            throw e;
        }
    }

    @Override
    public ObjectKey key() {
        return stored.key();
    }

    @Override
    public long size() {
        return content == null ? stored.size() : content.length;
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        if (content == null) {
            stored.read(offset, target);
        } else {
            target.put(content, Math.toIntExact(offset), target.remaining());
        }
    }

    /** What comes next is read piece by piece: it is for the rare case that this is damaged. */
    @Override
    public void forget() {
        content = null;
        stored.forget();
    }

    @Override
    public boolean turn() {
        content = null;
        return stored.turn();
    }

    @Override
    public void close() {
        stored.close();
    }
}
