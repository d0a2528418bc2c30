package io.holdfast.testkit;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;

/**
 * Keeps the common pool from doing anything: whoever has a parallel stream does all of it, in the same order each time. Tasks of several such
 * streams lie in one queue of the pool, so one may have to wait for another whose thread stands; that is rare, and ends the test.
 */
final class OccupiedPool implements AutoCloseable {

    private final CountDownLatch end = new CountDownLatch(1);

    OccupiedPool() {
        int workers = ForkJoinPool.getCommonPoolParallelism();
        var begun = new CountDownLatch(workers);
        for (int i = 0; i < workers; i++) {
            ForkJoinPool.commonPool().execute(() -> {
                begun.countDown();
                await(end);
            });
        }
        await(begun);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts these", e);
        }
    }

    @Override
    public void close() {
        end.countDown();
    }
}
