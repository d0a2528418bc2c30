package io.holdfast.postgres.backup;

import java.time.Duration;

/**
 * Looks now and then, while files are copied, whether the backup can still succeed: a copy takes hours, and what has
 * failed beside it should not be learnt at its end. Confined to one thread.
 */
final class Heartbeat {

    private static final Duration BETWEEN = Duration.ofSeconds(1);

    private final Runnable check;
    private long next = System.nanoTime();

    /**
     * Begins with a check that is due.
     *
     * @param check throws what has failed
     */
    Heartbeat(Runnable check) {
        this.check = check;
    }

    /** Checks if the last time was long ago. */
    void beat() {
        if (System.nanoTime() - next >= 0) {
            check.run();
            next = System.nanoTime() + BETWEEN.toNanos();
        }
    }
}
