package io.holdfast.repository.store.s3;

import java.time.Duration;

/**
 * What keeps all threads of a store from asking too often: one that is told to slow down slows down all. The gap between
 * two requests doubles with every such answer and shrinks with every success. Thread-safe.
 */
final class SharedBrake {

    private static final long LEAST = Duration.ofMillis(20).toNanos();
    private static final long MOST = Duration.ofSeconds(2).toNanos();

    /** So few requests pass at such a gap that each of their successes has to say more. */
    private static final long LONG = Duration.ofMillis(500).toNanos();

    /** A server may ask for more than anybody wants to wait for without a word. */
    private static final Duration MOST_ASKED = Duration.ofSeconds(30);

    private long gap;
    private long next = Long.MIN_VALUE;
    private long slowed = Long.MIN_VALUE;

    /**
     * Zero if it is the caller's turn, which it has then; else how long to wait before it asks again. Nobody has a place in a queue:
     * those who were far behind in it would wait as long when the server takes everything again.
     *
     * @param waited until when the caller has waited, if that is later than now: a test may say that time has passed
     */
    synchronized Duration turn(long now, long waited) {
        if (gap > 0) {
            var until = Math.max(now, waited);
            if (next > until) {
                return Duration.ofNanos(next - until);
            }
            next = now + gap;
        }
        return Duration.ZERO;
    }

    /**
     * The server asked for fewer requests.
     *
     * @param begun when the request began: those that were under way together count once
     * @param asked how long it wants to be left alone, zero if it does not say
     */
    synchronized void slower(long begun, long now, Duration asked) {
        if (begun >= slowed) {
            gap = Math.min(MOST, Math.max(LEAST, gap * 2));
            next = Math.max(next, now + gap);
            slowed = now;
        }
        var most = asked.compareTo(MOST_ASKED) < 0 ? asked : MOST_ASKED;
        next = Math.max(next, now + most.toNanos());
    }

    /** @param begun when the request began: one that was under way when another was refused says nothing */
    synchronized void succeeded(long begun) {
        if (begun >= slowed) {
            gap = gap <= LEAST ? 0 : gap - gap / (gap > LONG ? 2 : 8);
        }
    }
}
