package io.holdfast.runbook.action;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Work of libraries that do not hear an interrupt, done so that whoever waits for it does. */
public final class Aside {

    private static final Duration GRACE = Duration.ofSeconds(5);

    private Aside() {}

    /** On a virtual thread, the sockets of which close when it is interrupted. */
    public static <T> T run(Callable<T> work) throws InterruptedException {
        return run(work, () -> {});
    }

    /**
     * The same where more is to be done to end it.
     *
     * @param end is called when it is interrupted, from the thread that waits; it has some seconds to have an effect
     */
    public static <T> T run(Callable<T> work, Runnable end) throws InterruptedException {
        var result = new CompletableFuture<T>();
        var worker = Thread.ofVirtual().name("action").start(() -> {
            try {
                result.complete(work.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.get();
        } catch (InterruptedException e) {
            try {
                end.run();
            } catch (RuntimeException problem) {
                // What cannot be asked to end is interrupted all the same.
                e.addSuppressed(problem);
            }
            worker.interrupt();
            worker.join(GRACE);
            throw e;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException problem ? problem : new IllegalStateException(e.getCause());
        }
    }
}
