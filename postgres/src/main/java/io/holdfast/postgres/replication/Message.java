package io.holdfast.postgres.replication;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import java.nio.ByteBuffer;
import java.time.Instant;

/** What {@link WalStream#receive} brings. */
public sealed interface Message {

    /**
     * A piece of WAL. Pieces follow each other without a hole and may end anywhere, even inside a record.
     *
     * @param start position of the first byte
     * @param bytes read-only, big-endian, in the stream's own buffer: valid until the next {@code receive}
     * @param serverEnd how far the server's WAL went when it sent this
     * @param serverTime the server's clock at that moment
     */
    record WalData(Lsn start, ByteBuffer bytes, Lsn serverEnd, Instant serverTime) implements Message {

        /** Position behind the last byte, while {@link #bytes} is unread. */
        public Lsn end() {
            return start.plus(bytes.remaining());
        }
    }

    /** The server is alive; when it wants a reply, the caller acknowledges, or the server ends the connection. */
    record Keepalive(Lsn serverEnd, Instant serverTime, boolean replyRequested) implements Message {}

    /** No whole message came within the limit. Says nothing about the connection: see {@link WalStream#silence}. */
    record Idle() implements Message {

        static final Idle INSTANCE = new Idle();
    }

    /**
     * Everything of the timeline has been sent, up to {@code switchPoint}; the server's history goes on with
     * {@code next}. The stream is over and the client is ready for another.
     */
    record EndOfTimeline(TimelineId next, Lsn switchPoint) implements Message {}
}
