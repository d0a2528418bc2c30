package io.holdfast.repository.store.s3;

import java.time.Duration;

/**
 * What keeps all threads of a store from asking too often: one that is told to slow down slows down all. The gap between
 * two requests doubles with every such answer and shrinks with every success. Thread-safe.
 */
final class SharedBrake {

    private static final long LEAST = Duration.ofMillis(20).toNanos();
    private static final long MOST = Duration.ofSeconds(2).toNanos();

    private long gap;
    private long nextTurn = Long.MIN_VALUE;

    /** How long the caller has to wait before its request. */
    synchronized Duration turn(long now) {
        if (gap == 0) {
            return Duration.ZERO;
        }
        var turn = Math.max(now, nextTurn);
        nextTurn = turn + gap;
        return Duration.ofNanos(turn - now);
    }

    /** The server asked for fewer requests. */
    synchronized void slower(long now) {
        // Answers to requests that were under way together count once.
        if (gap > 0 && nextTurn - now > 8 * gap) {
            return;
        }
        gap = Math.min(MOST, Math.max(LEAST, gap * 2));
        nextTurn = Math.max(nextTurn, now + gap);
    }

    synchronized void succeeded() {
        gap = gap <= LEAST ? 0 : gap - gap / 8;
    }
}
