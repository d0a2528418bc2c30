package io.holdfast.repository.disk;

import java.nio.ByteBuffer;

/** A file open for reading at any position; several threads may read at once. */
public interface ReadableFile extends AutoCloseable {

    /** Bytes. */
    long size();

    /** Reads up to the remaining space of {@code target}; the bytes read, or -1 at or past the end. */
    int read(long offset, ByteBuffer target);

    @Override
    void close();
}
