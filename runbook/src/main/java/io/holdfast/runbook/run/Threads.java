package io.holdfast.runbook.run;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Parts of a run side by side. */
final class Threads {

    private Threads() {}

    interface Work {
        void go() throws InterruptedException;
    }

    /** Does all of it, so many at once, and waits for the end of each; then throws what the first that failed threw. */
    static void all(RunControl control, List<Work> works, int limit) throws InterruptedException {
        var next = new AtomicInteger();
        var troubles = new ConcurrentLinkedQueue<RuntimeException>();
        var count = Math.min(limit, works.size());
        if (count == 0) {
            return;
        }
        var threads = new ArrayList<Thread>();
        var left = new AtomicInteger(count);
        control.active(count - 1);
        for (var i = 0; i < count; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    for (var n = next.getAndIncrement(); n < works.size(); n = next.getAndIncrement()) {
                        works.get(n).go();
                    }
                } catch (RuntimeException e) {
                    troubles.add(e);
                } catch (InterruptedException e) {
                    troubles.add(new IllegalStateException("interrupted", e));
                } finally {
                    // The last one's turn becomes that of whoever waits for them.
                    if (left.decrementAndGet() > 0) {
                        control.active(-1);
                    }
                }
            }));
        }
        try {
            for (var thread : threads) {
                thread.join();
            }
        } finally {
            threads.forEach(Thread::interrupt);
        }
        if (!troubles.isEmpty()) {
            throw troubles.element();
        }
    }
}
