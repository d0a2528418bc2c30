package io.holdfast.postgres.restore.replay;

import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.wal.WalSegmentName;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Puts segments beside a server, several at once: the one that it waits for, then those that follow, as far as the window
 * reaches. Disk is bounded by the window, memory by the number of workers. Confined to one thread.
 */
final class ReadAhead implements AutoCloseable {

    private static final int WORKERS = 4;
    private static final long MOST_BYTES_AHEAD = 256L * 1024 * 1024;
    private static final int MOST_AHEAD = 16;
    private static final Duration LAST_WAIT = Duration.ofSeconds(30);

    private final ReplayCatalogue catalogue;
    private final HeldFolder folder;
    private final ExecutorService workers = Executors.newFixedThreadPool(
            WORKERS, Thread.ofPlatform().name("prefetch-", 1).daemon().factory());
    private final BlockingQueue<Ended> ended = new LinkedBlockingQueue<>();
    private final Set<WalSegmentName> running = new HashSet<>();
    private final Queue<SegmentAssembly> free = new ArrayDeque<>();

    /** One is complete, or something went wrong with it. */
    private record Ended(WalSegmentName name, SegmentAssembly assembly, Optional<Throwable> problem) {}

    /** Begins nothing yet; the segments go to {@code folder}. */
    ReadAhead(ReplayCatalogue catalogue, WalArchive archive, HeldFolder folder) {
        this.catalogue = catalogue;
        this.folder = folder;
        for (int i = 0; i < WORKERS; i++) {
            free.add(new SegmentAssembly(catalogue, archive.forAnotherThread(), folder));
        }
    }

    /** Whether one is being put together. */
    boolean isBusy() {
        return !running.isEmpty();
    }

    /**
     * Begins what there is to do, earliest first.
     *
     * @param waiting whether the server waits for {@code wanted}; else it has it
     */
    void follow(WalSegmentName wanted, boolean waiting) throws IOException {
        var size = catalogue.segmentSize();
        var position = wanted.start(size);
        if (waiting && !isThere(wanted) && !running.contains(wanted)) {
            removeBefore(wanted);
            bring(wanted);
        }
        int window = Math.clamp(MOST_BYTES_AHEAD / size.bytes(), 1, MOST_AHEAD);
        for (int ahead = 1; ahead <= window && !free.isEmpty(); ahead++) {
            position = position.plus(size.bytes());
            var name = catalogue.name(position);
            if (!isThere(name) && !running.contains(name)) {
                bring(name);
            }
            if (catalogue.isBeyondEnd(name)) {
                return;
            }
        }
    }

    private void bring(WalSegmentName name) throws IOException {
        if (catalogue.isBeyondEnd(name)) {
            folder.replace(absent(name), new byte[0], false);
        } else if (!catalogue.name(name.start(catalogue.segmentSize())).equals(name)) {
            throw ReplayException.notOnTheWay(name, catalogue);
        } else if (!free.isEmpty()) {
            var assembly = free.remove();
            running.add(name);
            workers.execute(() -> ended.add(assemble(name, assembly)));
        }
    }

    private static Ended assemble(WalSegmentName name, SegmentAssembly assembly) {
        try {
            assembly.assemble(name);
            return new Ended(name, assembly, Optional.empty());
        } catch (Throwable problem) {
            // Errors of the JVM included: whoever waits for the segment must learn why it does not come.
            return new Ended(name, assembly, Optional.of(problem));
        }
    }

    /**
     * Waits until one is complete, or for a moment.
     *
     * @throws RuntimeException what went wrong with one, or an error: those before it were begun before it, and are completed
     */
    void await(Duration moment) throws InterruptedException {
        for (var one = ended.poll(moment.toMillis(), TimeUnit.MILLISECONDS); one != null; one = ended.poll()) {
            running.remove(one.name());
            free.add(one.assembly());
            if (one.problem().isPresent()) {
                while (!running.isEmpty()) {
                    running.remove(ended.take().name());
                }
                throw unchecked(one.problem().get());
            }
        }
    }

    private static RuntimeException unchecked(Throwable problem) {
        return switch (problem) {
            case Error error -> throw error;
            case RuntimeException known -> known;
            case Throwable other -> new IllegalStateException(other);
        };
    }

    private boolean isThere(WalSegmentName name) {
        return folder.exists(name.text()) || folder.exists(absent(name));
    }

    private static String absent(WalSegmentName name) {
        return name.text() + ".absent";
    }

    /** A server that was restarted asks again for what it had; what lies behind is not needed twice. */
    private void removeBefore(WalSegmentName wanted) throws IOException {
        var size = catalogue.segmentSize();
        for (var name : folder.names()) {
            if (WalSegmentName.isValid(name)
                    && new WalSegmentName(name).start(size).isBefore(wanted.start(size))) {
                folder.delete(name);
            }
        }
    }

    /** When this returns nothing writes to the folder any more. */
    @Override
    public void close() {
        workers.shutdownNow();
        boolean interrupted = Thread.interrupted();
        try {
            workers.awaitTermination(LAST_WAIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
