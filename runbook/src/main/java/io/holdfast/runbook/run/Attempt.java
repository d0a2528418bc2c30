package io.holdfast.runbook.run;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A call of an action on a thread of its own, so that it can be interrupted, and be left behind if it does not heed that.
 * Thread-safe.
 */
final class Attempt<T> {

    private static final Duration GRACE = Duration.ofSeconds(5);

    private static final String OVERDUE = "its time was up";

    private final CompletableFuture<T> result = new CompletableFuture<>();
    private final Thread thread;

    private Attempt(String name, Callable<T> call) {
        thread = Thread.ofVirtual().name(name).unstarted(() -> {
            try {
                result.complete(call.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
    }

    static <T> Attempt<T> start(String name, Callable<T> call) {
        var attempt = new Attempt<>(name, call);
        attempt.thread.start();
        return attempt;
    }

    /** It has a few seconds to end; then its waiters learn that it did not. */
    void interrupt() {
        thread.interrupt();
        result.orTimeout(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Waits for its end; interrupts it when the time is up.
     *
     * @throws ExecutionException with what the action threw, or a {@link TimeoutException} if it did not heed an
     *     interruption and goes on; {@link #wasOverdue} tells whether the time was up
     */
    T await(Duration patience) throws InterruptedException, ExecutionException {
        try {
            return result.get(Math.max(0, patience.toMillis()), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            interrupt();
            return overdue();
        }
    }

    private T overdue() throws InterruptedException, ExecutionException {
        try {
            return result.get();
        } catch (ExecutionException e) {
            throw new ExecutionException(OVERDUE, e.getCause());
        }
    }

    /** Whether a call had not ended when its time was up, and was interrupted for that. */
    static boolean wasOverdue(ExecutionException trouble) {
        return OVERDUE.equals(trouble.getMessage());
    }
}
