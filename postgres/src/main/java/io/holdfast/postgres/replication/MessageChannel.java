package io.holdfast.postgres.replication;

import io.holdfast.postgres.cluster.ServerAddress;
import io.holdfast.postgres.cluster.ServerException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * The protocol's messages: a type byte, a length that counts itself but not the type, and a payload, all big-endian.
 * A message that has arrived in part stays in the buffer until the rest comes, whatever time-outs pass between. One
 * thread receives; {@link #send} may be called by another at the same time.
 */
final class MessageChannel implements AutoCloseable {

    /** No whole message arrived before the deadline. */
    static final int NOTHING = -1;

    /** Four times the most that a walsender puts into one message (walsender.c, MAX_SEND_SIZE: 128 KiB). */
    private static final int INITIAL_BUFFER = 512 << 10;

    /** Until the server has let us in, it has nothing long to say (fe-connect.c bounds it likewise). */
    private static final int MAX_BEFORE_LOGIN = 30_000;

    /** The longest legitimate message is a timeline history: far below this. */
    private static final int MAX_AFTER_LOGIN = 16 << 20;

    private final ServerAddress address;
    private final Transport transport;
    private ByteBuffer buffer = ByteBuffer.allocateDirect(INITIAL_BUFFER);
    private ByteBuffer view = buffer.asReadOnlyBuffer();
    private int maxLength = MAX_BEFORE_LOGIN;

    /** Unread bytes are those from {@code begin} to {@code end}; the message handed out last ends at {@code begin}. */
    private int begin;

    private int end;
    private long lastArrival = System.nanoTime();

    MessageChannel(ServerAddress address, Transport transport) {
        this.address = address;
        this.transport = transport;
    }

    ServerAddress address() {
        return address;
    }

    void loggedIn() {
        maxLength = MAX_AFTER_LOGIN;
    }

    /** The type of the next message, whose payload {@link #payload} shows until the next call; or {@link #NOTHING}. */
    int receive(long deadline) {
        while (true) {
            var wanted = 5;
            if (end - begin >= wanted) {
                wanted = 1 + length();
                if (end - begin >= wanted) {
                    var type = buffer.get(begin) & 0xFF;
                    view.clear().limit(begin + wanted).position(begin + 5);
                    begin += wanted;
                    return type;
                }
            }
            makeRoom(wanted);
            buffer.limit(buffer.capacity()).position(end);
            if (!fill(deadline)) {
                return NOTHING;
            }
        }
    }

    /** Like {@link #receive}, where a server that says nothing is a problem. */
    int expect(long deadline) {
        var type = receive(deadline);
        if (type == NOTHING) {
            throw ServerException.unavailable(address, "the server does not answer", null);
        }
        return type;
    }

    /** The payload of the message received last, read-only, from position to limit. */
    ByteBuffer payload() {
        return view;
    }

    /** A message sent in part would put the server out of step: after a failure the connection is closed. */
    void send(ByteBuffer message, long deadline) {
        try {
            transport.write(message, deadline);
        } catch (IOException e) {
            abandon(e);
            throw ServerException.unavailable(address, "the connection broke while sending", e);
        }
    }

    /** Time since a byte last came. */
    Duration silence() {
        return Duration.ofNanos(System.nanoTime() - lastArrival);
    }

    @Override
    public void close() {
        try {
            transport.close();
        } catch (IOException e) {
            throw ServerException.unavailable(address, "the connection could not be closed", e);
        }
    }

    private void abandon(IOException reason) {
        try {
            transport.close();
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    private int length() {
        var length = buffer.getInt(begin + 1);
        if (length < 4 || length > maxLength) {
            throw ServerException.protocol(
                    address,
                    "a message of type 0x%02x and length %d makes no sense".formatted(buffer.get(begin), length));
        }
        return length;
    }

    private boolean fill(long deadline) {
        try {
            var count = transport.read(buffer, deadline);
            if (count < 0) {
                throw ServerException.unavailable(address, "the server closed the connection", null);
            }
            end += count;
            if (count > 0) {
                lastArrival = System.nanoTime();
            }
            return count > 0;
        } catch (IOException e) {
            throw ServerException.unavailable(address, "the connection broke", e);
        }
    }

    private void makeRoom(int wanted) {
        if (begin == end) {
            begin = 0;
            end = 0;
        }
        if (buffer.capacity() - begin >= wanted) {
            return;
        }
        buffer.limit(end).position(begin);
        if (wanted <= buffer.capacity()) {
            buffer.compact();
        } else {
            buffer = ByteBuffer.allocateDirect(wanted).put(buffer);
            view = buffer.asReadOnlyBuffer();
        }
        end -= begin;
        begin = 0;
    }
}
