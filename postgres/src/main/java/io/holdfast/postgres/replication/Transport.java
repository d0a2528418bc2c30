package io.holdfast.postgres.replication;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Bytes to and from a server, with a deadline on each call as {@link System#nanoTime} counts. One thread reads;
 * writers take turns. A deadline that passes loses no byte: the next call goes on where this one stopped.
 */
interface Transport extends Closeable {

    /** Bytes put into {@code target}; 0 when the deadline passed, -1 when the server closed the connection. */
    int read(ByteBuffer target, long deadline) throws IOException;

    /** Writes everything; a deadline that passes is a {@link java.net.SocketTimeoutException}. */
    void write(ByteBuffer source, long deadline) throws IOException;
}
