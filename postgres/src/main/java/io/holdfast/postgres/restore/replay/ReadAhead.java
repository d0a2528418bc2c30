package io.holdfast.postgres.restore.replay;

import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.wal.WalSegmentName;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
    private final ExecutorCompletionService<SegmentAssembly> completions = new ExecutorCompletionService<>(workers);
    private final Map<WalSegmentName, Future<SegmentAssembly>> running = new HashMap<>();
    private final Queue<SegmentAssembly> free = new ArrayDeque<>();

    /** @param folder where the segments go */
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
        if (waiting && !isThere(wanted) && !running.containsKey(wanted)) {
            removeBefore(wanted);
            bring(wanted);
        }
        int window = Math.clamp(MOST_BYTES_AHEAD / size.bytes(), 1, MOST_AHEAD);
        for (int ahead = 1; ahead <= window && !free.isEmpty(); ahead++) {
            position = position.plus(size.bytes());
            var name = catalogue.name(position);
            if (!isThere(name) && !running.containsKey(name)) {
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
            running.put(name, completions.submit(() -> {
                assembly.assemble(name);
                return assembly;
            }));
        }
    }

    /**
     * Waits until one is complete, or for a moment.
     *
     * @throws ReplayException or whatever else went wrong with one: those before it were begun before it, and are completed
     */
    void await(Duration moment) throws InterruptedException {
        for (var done = completions.poll(moment.toMillis(), TimeUnit.MILLISECONDS);
                done != null;
                done = completions.poll()) {
            running.values().remove(done);
            try {
                free.add(done.get());
            } catch (ExecutionException e) {
                finishTheRest();
                throw unwrapped(e);
            }
        }
    }

    private void finishTheRest() throws InterruptedException {
        while (!running.isEmpty()) {
            running.values().remove(completions.take());
        }
    }

    private static RuntimeException unwrapped(ExecutionException e) {
        switch (e.getCause()) {
            case Error error -> throw error;
            case RuntimeException problem -> throw problem;
            case null, default -> throw new IllegalStateException(e);
        }
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
