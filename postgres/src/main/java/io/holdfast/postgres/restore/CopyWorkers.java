package io.holdfast.postgres.restore;

import io.holdfast.problem.HoldfastException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Copiers at work, fed by one thread that never gets far ahead. The first failure stops all. */
final class CopyWorkers implements AutoCloseable {

    private final ExecutorService threads;
    private final LinkedBlockingQueue<PartCopier> copiers = new LinkedBlockingQueue<>();
    private final List<PartCopier> all = new ArrayList<>();
    private final Semaphore room;
    private final int capacity;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    CopyWorkers(int jobs, Supplier<PartCopier> copier) {
        threads = Executors.newFixedThreadPool(
                jobs, Thread.ofPlatform().name("restore-", 1).factory());
        for (int i = 0; i < jobs; i++) {
            all.add(copier.get());
        }
        copiers.addAll(all);
        capacity = jobs * 2;
        room = new Semaphore(capacity);
    }

    void submit(List<FileParts> parts) throws InterruptedException {
        room.acquire();
        rethrow();
        threads.execute(() -> work(parts));
    }

    private void work(List<FileParts> parts) {
        try {
            if (failure.get() == null) {
                var copier = copiers.take();
                try {
                    copier.copy(parts);
                } finally {
                    copiers.add(copier);
                }
            }
        } catch (Throwable problem) {
            // Errors of the JVM included: whoever feeds must not wait for this worker.
            failure.compareAndSet(null, problem);
        } finally {
            room.release();
        }
    }

    /** Waits until all is copied. */
    void finish() throws InterruptedException {
        room.acquire(capacity);
        room.release(capacity);
        rethrow();
    }

    private void rethrow() {
        switch (failure.get()) {
            case null -> {}
            case HoldfastException known -> throw known;
            case RuntimeException surprise -> throw surprise;
            case Error error -> throw error;
            case Throwable other -> throw new IllegalStateException(other);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        try {
            while (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        all.forEach(PartCopier::close);
    }
}
