package io.holdfast.repository.store;

import java.nio.ByteBuffer;

/** An object being read at any position. Thread-safe: several threads may read at once. */
public interface ObjectReader extends AutoCloseable {

    ObjectKey key();

    /** Bytes. */
    long size();

    /**
     * Fills the remaining space of {@code target} with the bytes from {@code offset} on.
     *
     * @throws StoreException if the object is shorter than that, or cannot be read
     */
    void read(long offset, ByteBuffer target);

    @Override
    void close();
}
