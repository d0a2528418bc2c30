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

    /** What was read may have changed on its way: what is kept of it is not used again. */
    default void forget() {}

    /**
     * What was read is not what was stored: from now on another copy of the object is read, which may have other bytes and another
     * size but the same content.
     *
     * @return false if there is none
     */
    default boolean turn() {
        return false;
    }

    @Override
    void close();
}
