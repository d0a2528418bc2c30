package io.holdfast.repository.store.s3;

import java.time.Duration;
import java.util.NavigableSet;
import java.util.TreeSet;

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

    /** After so long somebody who has others before him looks again: all may be well by then. */
    private static final long LOOK = Duration.ofMillis(500).toNanos();

    private final NavigableSet<Long> waiting = new TreeSet<>();
    private long tickets;
    private long gap;
    private long next = Long.MIN_VALUE;
    private long slowed = Long.MIN_VALUE;

    /** A place behind all that wait for a turn, which {@link #leave} gives up. */
    synchronized long ticket() {
        tickets++;
        waiting.add(tickets);
        return tickets;
    }

    synchronized void leave(long ticket) {
        waiting.remove(ticket);
    }

    /**
     * Zero if it is the caller's turn; else how long to wait before it asks again. A turn is not fixed before it has come: those who are
     * far behind would keep their gaps when the server takes everything again.
     *
     * @param waited until when the caller has waited, if that is later than now: a test may say that time has passed
     */
    synchronized Duration turn(long ticket, long now, long waited) {
        if (gap == 0) {
            return Duration.ZERO;
        }
        int before = waiting.headSet(ticket).size();
        long left = next + before * gap - Math.max(now, waited);
        if (left > 0) {
            return Duration.ofNanos(before == 0 ? left : Math.min(left, LOOK));
        }
        next = now + gap;
        waiting.remove(ticket);
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
