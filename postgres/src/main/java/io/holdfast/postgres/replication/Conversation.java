package io.holdfast.postgres.replication;

import io.holdfast.postgres.cluster.ServerAddress;
import io.holdfast.postgres.cluster.ServerException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Commands of the simple query protocol and their answers, over one connection. Not thread-safe. */
final class Conversation {

    private final MessageChannel channel;
    private final Duration patience;

    Conversation(MessageChannel channel, Duration patience) {
        this.channel = channel;
        this.patience = patience;
    }

    MessageChannel channel() {
        return channel;
    }

    ServerAddress address() {
        return channel.address();
    }

    long deadline() {
        return System.nanoTime() + patience.toNanos();
    }

    /** Sends a command and reads its whole answer. */
    List<ResultRow> ask(String command) {
        channel.send(Outgoing.query(command), deadline());
        return rest();
    }

    /** What the server still has to say up to ReadyForQuery; of several result sets, all rows. */
    List<ResultRow> rest() {
        return rest(null);
    }

    /** Reads on after an error, so that the connection can be used again, and returns that error. */
    ServerException failure() {
        var error = Incoming.error(address(), channel.payload());
        try {
            rest(error);
            return error;
        } catch (ServerException later) {
            // After a fatal error the server closes the connection; the first error says why.
            return later == error ? error : withLater(error, later);
        }
    }

    private List<ResultRow> rest(@Nullable ServerException first) {
        var deadline = deadline();
        var columns = List.<String>of();
        var rows = new ArrayList<ResultRow>();
        var error = first;
        while (true) {
            var type = expectAfter(error, deadline);
            switch (type) {
                case 'T' -> columns = Incoming.columns(channel.payload());
                case 'D' -> rows.add(Incoming.row(columns, channel.payload()));
                case 'E' -> error = error == null ? Incoming.error(address(), channel.payload()) : error;
                case 'C', 'I', 'N', 'S' -> {}
                case 'Z' -> {
                    if (error != null) {
                        throw error;
                    }
                    return List.copyOf(rows);
                }
                default ->
                    throw ServerException.protocol(
                            address(), "a message of type 0x%02x in the answer to a command".formatted(type));
            }
        }
    }

    private int expectAfter(@Nullable ServerException error, long deadline) {
        try {
            return channel.expect(deadline);
        } catch (ServerException broken) {
            throw error == null ? broken : withLater(error, broken);
        }
    }

    private static ServerException withLater(ServerException error, ServerException later) {
        if (later != error) {
            error.addSuppressed(later);
        }
        return error;
    }
}
