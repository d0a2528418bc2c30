package io.holdfast.postgres.backup;

import io.holdfast.postgres.archive.WalFooter;
import io.holdfast.postgres.archive.WalRange;
import io.holdfast.postgres.archive.WalWriter;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.replication.Message;
import io.holdfast.postgres.replication.ReplicationClient;
import io.holdfast.postgres.replication.SlotLife;
import io.holdfast.postgres.replication.SlotName;
import io.holdfast.postgres.replication.StreamStart;
import io.holdfast.postgres.replication.WalStream;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.WalIdentity;
import io.holdfast.postgres.wal.WalIndexBuilder;
import io.holdfast.postgres.wal.WalOutcome;
import io.holdfast.postgres.wal.WalScanner;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The WAL of a backup that nobody else captures: streamed from before the backup starts to after it stops, verified record
 * by record, and stored with the backup. A temporary slot makes the server keep it meanwhile.
 */
final class OwnWal implements AutoCloseable {

    private static final int PIECE = 4 * 1024 * 1024;
    private static final Duration PULSE = Duration.ofMillis(200);
    private static final Duration PARTING = Duration.ofSeconds(10);

    private final ReplicationClient client;
    private static final String APPLICATION_SUFFIX = "_backup";

    private final SlotName slot;
    private volatile Lsn storedTo = Lsn.NONE;
    private final AtomicReference<Optional<Lsn>> stop = new AtomicReference<>(Optional.empty());
    private Optional<CompletableFuture<Lsn>> stored = Optional.empty();
    private Optional<Thread> streaming = Optional.empty();

    private OwnWal(ReplicationClient client, SlotName slot) {
        this.client = client;
        this.slot = slot;
    }

    /**
     * From now on the server keeps its WAL for us. The stream has a name of its own: whoever lists the capture's in
     * synchronous_standby_names must not have commits wait for a backup, which acknowledges a full piece at a time.
     */
    static OwnWal reserve(ConnectionSettings server, String name, InstantSource clock) {
        var client = ReplicationClient.connect(
                server.withApplicationName(server.applicationName() + APPLICATION_SUFFIX), clock);
        try {
            var slot = new SlotName(name);
            client.createSlot(slot, SlotLife.TEMPORARY);
            return new OwnWal(client, slot);
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }

    /** Begins to store, in a thread of its own, from the segment on that holds {@code start}. */
    void begin(WalWriter writer, WalIdentity identity, Lsn start) {
        var from = identity.segmentSize().start(start);
        var result = new CompletableFuture<Lsn>();
        stored = Optional.of(result);
        streaming = Optional.of(Thread.ofPlatform().name("backup-wal").daemon().start(() -> {
            try {
                result.complete(stream(writer, identity, from));
            } catch (Throwable problem) {
                // Reported to the backup, which waits for it.
                result.completeExceptionally(problem);
            }
        }));
    }

    /** Throws what has ended the stream, if anything has. */
    void requireAlive() {
        if (stored.orElseThrow().isCompletedExceptionally()) {
            rethrow(stored.orElseThrow().exceptionNow());
        }
    }

    /** Waits until everything up to {@code position} is stored. */
    void awaitStored(Lsn position, Duration timeout) throws InterruptedException {
        stop.set(Optional.of(position));
        try {
            stored.orElseThrow().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            throw BackupException.ownWalNotStored(position, timeout, storedTo);
        } catch (ExecutionException e) {
            rethrow(Objects.requireNonNull(e.getCause()));
        }
    }

    /** Up to where: the stop, or beyond it what had come by then. */
    Lsn storedTo() {
        return storedTo;
    }

    private static void rethrow(Throwable problem) {
        switch (problem) {
            case RuntimeException known -> throw known;
            case Error error -> throw error;
            default -> throw new IllegalStateException(problem);
        }
    }

    private Lsn stream(WalWriter writer, WalIdentity identity, Lsn from) {
        var index = new WalIndexBuilder(identity.timeline(), from);
        var scanner = WalScanner.startAt(identity, from, index);
        var stream = client.stream(StreamStart.of(from, identity.timeline()).withSlot(slot));
        var piece = new byte[PIECE];
        int used = 0;
        storedTo = from;
        while (true) {
            switch (stream.receive(PULSE)) {
                case Message.WalData data -> {
                    var bytes = data.bytes();
                    while (bytes.hasRemaining()) {
                        int count = Math.min(bytes.remaining(), PIECE - used);
                        bytes.get(piece, used, count);
                        requireIntact(scanner.feed(scanner.position(), ByteBuffer.wrap(piece, used, count)));
                        used += count;
                        if (used == PIECE) {
                            storedTo = store(writer, piece, index, scanner);
                            used = 0;
                            acknowledge(stream, storedTo, true);
                        }
                    }
                }
                case Message.Keepalive keepalive -> acknowledge(stream, storedTo, keepalive.replyRequested());
                case Message.Idle _ -> acknowledge(stream, storedTo, true);
                case Message.EndOfTimeline end ->
                    throw BackupException.timelineChanged(identity.timeline(), end.next());
            }
            var wanted = stop.get();
            if (wanted.isPresent() && !scanner.validEnd().isBefore(wanted.get())) {
                storedTo = used == 0 ? storedTo : store(writer, piece, index, scanner);
                return storedTo;
            }
        }
    }

    private static Lsn store(WalWriter writer, byte[] piece, WalIndexBuilder index, WalScanner scanner) {
        var end = scanner.position();
        var range = new WalRange(scanner.timeline(), index.start(), end);
        writer.store(new WalFooter(range, scanner.validEnd(), Optional.empty(), index.cut(end)), piece);
        return end;
    }

    private static void acknowledge(WalStream stream, Lsn storedTo, boolean always) {
        if (always) {
            stream.acknowledge(storedTo, storedTo, storedTo, false);
        }
    }

    private static void requireIntact(WalOutcome outcome) {
        if (outcome instanceof WalOutcome.Broken broken) {
            throw BackupException.walBroken(broken.explain());
        }
    }

    /** Ends the stream and its thread; the server drops the slot. */
    @Override
    public void close() {
        client.close();
        streaming.ifPresent(OwnWal::end);
    }

    private static void end(Thread thread) {
        thread.interrupt();
        try {
            thread.join(PARTING);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
