package io.holdfast.postgres.capture;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait before trying again: doubling up to a limit, each time a random part of it, at least half. */
final class Backoff {

    private final Duration first;
    private final Duration most;
    private final RandomGenerator random;
    private int failures;

    Backoff(Duration first, Duration most, RandomGenerator random) {
        this.first = first;
        this.most = most;
        this.random = random;
    }

    Duration next() {
        long ceiling = Math.min(most.toMillis(), first.toMillis() << Math.min(failures, 20));
        failures++;
        return Duration.ofMillis(ceiling / 2 + random.nextLong(ceiling / 2 + 1));
    }

    void succeeded() {
        failures = 0;
    }
}
