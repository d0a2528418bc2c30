package io.holdfast.postgres.backup;

import io.holdfast.problem.HoldfastException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Hands tasks from one producer to several workers, never holding more than a few. The first failure on either side
 * stops both. Thread-safe.
 */
final class TaskQueue<T> {

    private final int capacity;
    private final Deque<T> tasks = new ArrayDeque<>();
    private boolean closed;
    private @Nullable Throwable failure;

    TaskQueue(int capacity) {
        this.capacity = capacity;
    }

    /** Waits for room; false if a worker has failed, and the task was not taken. */
    synchronized boolean put(T task) throws InterruptedException {
        while (tasks.size() >= capacity && failure == null) {
            wait();
        }
        if (failure != null) {
            return false;
        }
        tasks.add(task);
        notifyAll();
        return true;
    }

    /** Waits for a task; empty when there are no more, or somebody failed. */
    synchronized Optional<T> take() throws InterruptedException {
        while (tasks.isEmpty() && !closed && failure == null) {
            wait();
        }
        if (failure != null) {
            return Optional.empty();
        }
        notifyAll();
        return Optional.ofNullable(tasks.poll());
    }

    /** No more tasks come. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /**
     * What explains itself counts more than what followed from it on another thread, and may be told first. An error of the
     * JVM and an interruption follow from nothing here; what others say of them does not count.
     */
    synchronized void fail(Throwable problem) {
        if (failure == null) {
            failure = problem;
        } else if (problem instanceof HoldfastException
                && failure instanceof RuntimeException
                && !(failure instanceof HoldfastException)) {
            problem.addSuppressed(failure);
            failure = problem;
        }
        notifyAll();
    }

    synchronized Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }
}
