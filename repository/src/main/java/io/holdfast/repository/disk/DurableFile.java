package io.holdfast.repository.disk;

import java.nio.ByteBuffer;

/** An open file that is written at its end. Confined to one thread. Closing does not make it durable. */
public interface DurableFile extends ReadableFile {

    /** Appends all remaining bytes. */
    void write(ByteBuffer bytes);

    /** Cuts the file; what follows is appended there. */
    void truncate(long size);

    /** Makes everything written so far durable (content and size). */
    void force();
}
