package io.holdfast.postgres.replication;

import io.holdfast.postgres.cluster.ServerException;
import io.holdfast.postgres.replication.Message.EndOfTimeline;
import io.holdfast.postgres.replication.Message.Idle;
import io.holdfast.postgres.replication.Message.Keepalive;
import io.holdfast.postgres.replication.Message.WalData;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * WAL as the server sends it. Nothing is ever acknowledged but by {@link #acknowledge}, not even in answer to a
 * keepalive. One thread receives; {@link #acknowledge} and {@link #silence} may be called by others meanwhile.
 */
public final class WalStream {

    private final Conversation conversation;
    private final InstantSource clock;
    private final ReentrantLock acknowledging = new ReentrantLock();
    private final StatusUpdate status = new StatusUpdate();
    private volatile Optional<EndOfTimeline> end;
    private volatile boolean stopped;

    private WalStream(Conversation conversation, InstantSource clock, Optional<EndOfTimeline> end) {
        this.conversation = conversation;
        this.clock = clock;
        this.end = end;
    }

    static WalStream flowing(Conversation conversation, InstantSource clock) {
        return new WalStream(conversation, clock, Optional.empty());
    }

    /** Source: walsender.c, StartReplication: with nothing to send on a past timeline there is no CopyBoth. */
    static WalStream alreadyEnded(Conversation conversation, InstantSource clock, EndOfTimeline end) {
        return new WalStream(conversation, clock, Optional.of(end));
    }

    /**
     * Waits at most {@code limit} for the next message; what arrived of it in part is kept for the next call. After
     * the end of the timeline every call returns that end again. A server that shuts down ends the stream with a
     * retryable {@link ServerException}, after everything was sent and acknowledged.
     */
    public Message receive(Duration limit) {
        if (end.isPresent()) {
            return end.get();
        }
        requireFlowing();
        var channel = conversation.channel();
        var deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            var type = channel.receive(deadline);
            switch (type) {
                case MessageChannel.NOTHING -> {
                    return Idle.INSTANCE;
                }
                case 'd' -> {
                    return message(channel.payload());
                }
                case 'c' -> {
                    return endOfTimeline();
                }
                case 'C' ->
                    throw ServerException.unavailable(
                            conversation.address(), "the server ended the stream because it is shutting down", null);
                case 'E' -> throw conversation.failure();
                case 'N', 'S' -> {}
                default -> throw unexpected(type);
            }
        }
    }

    /**
     * Tells the server exactly this: written, flushed (the slot's restart position and a synchronous commit follow
     * it) and applied. {@link Lsn#NONE} says nothing about one of them. After the end of the timeline it does nothing.
     *
     * @param replyRequested ask for a keepalive at once: an answer proves that the server is alive
     */
    public void acknowledge(Lsn written, Lsn flushed, Lsn applied, boolean replyRequested) {
        acknowledging.lock();
        try {
            if (end.isPresent() || stopped) {
                return;
            }
            var update = status.with(written, flushed, applied, clock.instant(), replyRequested);
            conversation.channel().send(update, conversation.deadline());
        } finally {
            acknowledging.unlock();
        }
    }

    /** Time since the server last sent anything. Together with a reply requested it tells a stuck or absent peer. */
    public Duration silence() {
        return conversation.channel().silence();
    }

    /** Ends the stream from this side, throws away what is still on its way, and frees the client for commands. */
    public void stop() {
        if (end.isPresent() || stopped) {
            return;
        }
        var channel = conversation.channel();
        sayDone();
        var deadline = conversation.deadline();
        while (true) {
            var type = channel.expect(deadline);
            switch (type) {
                case 'c' -> {
                    conversation.rest();
                    return;
                }
                case 'E' -> throw conversation.failure();
                case 'd', 'N', 'S' -> {}
                default -> throw unexpected(type);
            }
        }
    }

    /** Reads the rest of an answer that names the next timeline. Source: walsender.c, StartReplication. */
    static EndOfTimeline nextTimeline(Conversation conversation) {
        var columns = Incoming.columns(conversation.channel().payload());
        var type = conversation.channel().expect(conversation.deadline());
        if (type != 'D') {
            throw ServerException.protocol(
                    conversation.address(), "the end of a timeline without the next one's number");
        }
        var row = Incoming.row(columns, conversation.channel().payload());
        conversation.rest();
        return endOfTimeline(conversation, row);
    }

    /** The server waits for our CopyDone before it says what comes next. */
    private EndOfTimeline endOfTimeline() {
        sayDone();
        var rows = conversation.rest();
        if (rows.isEmpty()) {
            throw ServerException.protocol(
                    conversation.address(), "the end of a timeline without the next one's number");
        }
        var reached = endOfTimeline(conversation, rows.getFirst());
        end = Optional.of(reached);
        return reached;
    }

    /** Under the lock: a status update after CopyDone would be an error. */
    private void sayDone() {
        acknowledging.lock();
        try {
            stopped = true;
            conversation.channel().send(Outgoing.copyDone(), conversation.deadline());
        } finally {
            acknowledging.unlock();
        }
    }

    private static EndOfTimeline endOfTimeline(Conversation conversation, ResultRow row) {
        var next = row.text("next_tli");
        var start = row.text("next_tli_startpos");
        if (next.isEmpty() || start.isEmpty()) {
            throw ServerException.protocol(
                    conversation.address(), "the end of a timeline without the next one's number");
        }
        return new EndOfTimeline(new TimelineId(Integer.parseUnsignedInt(next.get())), Lsn.parse(start.get()));
    }

    private Message message(ByteBuffer payload) {
        if (payload.hasRemaining()) {
            var type = payload.get();
            if (type == 'w' && payload.remaining() >= 24) {
                var start = new Lsn(payload.getLong());
                var serverEnd = new Lsn(payload.getLong());
                return new WalData(start, payload, serverEnd, ServerClock.instant(payload.getLong()));
            }
            if (type == 'k' && payload.remaining() == 17) {
                var serverEnd = new Lsn(payload.getLong());
                return new Keepalive(serverEnd, ServerClock.instant(payload.getLong()), payload.get() != 0);
            }
        }
        throw ServerException.protocol(conversation.address(), "a streaming message that makes no sense");
    }

    private void requireFlowing() {
        if (stopped) {
            throw new IllegalStateException("this stream was stopped");
        }
    }

    private ServerException unexpected(int type) {
        return ServerException.protocol(conversation.address(), "a message of type 0x%02x in a stream".formatted(type));
    }
}
