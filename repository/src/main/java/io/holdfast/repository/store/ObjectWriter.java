package io.holdfast.repository.store;

import java.nio.ByteBuffer;

/** An object being written. Confined to one thread. Closing without commit leaves nothing behind. */
public interface ObjectWriter extends AutoCloseable {

    /** Takes all remaining bytes of the buffer. */
    void write(ByteBuffer bytes);

    /**
     * Makes the object durable and visible. May be called once, then only {@link #close}.
     *
     * @throws ObjectExistsException if another object has this key; that one is unchanged
     */
    void commit();

    @Override
    void close();
}
