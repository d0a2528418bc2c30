package io.holdfast.postgres.replication;

import io.holdfast.postgres.wal.Lsn;
import java.nio.ByteBuffer;
import java.time.Instant;

/** A standby status update in a buffer that is used again. Source: documentation, "Streaming Replication Protocol". */
final class StatusUpdate {

    private static final int PAYLOAD = 1 + 8 + 8 + 8 + 8 + 1;

    private final ByteBuffer message = ByteBuffer.allocateDirect(5 + PAYLOAD);

    ByteBuffer with(Lsn written, Lsn flushed, Lsn applied, Instant now, boolean replyRequested) {
        return message.clear()
                .put((byte) 'd')
                .putInt(4 + PAYLOAD)
                .put((byte) 'r')
                .putLong(written.offset())
                .putLong(flushed.offset())
                .putLong(applied.offset())
                .putLong(ServerClock.micros(now))
                .put((byte) (replyRequested ? 1 : 0))
                .flip();
    }
}
