package io.holdfast.postgres.backup;

import java.util.concurrent.locks.LockSupport;

/** Keeps the reading of data files below a rate, shared by all copiers. Thread-safe. */
final class Throttle {

    private static final long SECOND = 1_000_000_000L;

    private final long bytesPerSecond;
    private long freeAt = System.nanoTime();

    private Throttle(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    /** @param bytesPerSecond 0 for no limit */
    static Throttle of(long bytesPerSecond) {
        return new Throttle(bytesPerSecond);
    }

    /** Waits until these bytes may be read. */
    void pass(int bytes) {
        if (bytesPerSecond == 0) {
            return;
        }
        long until = reserve(bytes);
        while (until - System.nanoTime() > 0) {
            LockSupport.parkNanos(until - System.nanoTime());
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
        }
    }

    private synchronized long reserve(int bytes) {
        long begin = Math.max(freeAt - System.nanoTime(), 0) + System.nanoTime();
        freeAt = begin + (long) (bytes * (double) SECOND / bytesPerSecond);
        return begin;
    }
}
