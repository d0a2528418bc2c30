package io.holdfast.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until it is moved, forwards or backwards. Thread-safe. */
public final class SettableTime implements InstantSource {

    private final AtomicReference<Instant> now;

    public SettableTime(Instant start) {
        now = new AtomicReference<>(start);
    }

    /** Starts two seconds before midnight, so that dates change under tests that take a while of it. */
    public static SettableTime nearMidnight() {
        return new SettableTime(Instant.parse("2026-02-28T23:59:58Z"));
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    public void set(Instant instant) {
        now.set(instant);
    }

    /** Moves by a duration, which may be negative, as clocks do when they are corrected. */
    public void advance(Duration duration) {
        now.updateAndGet(instant -> instant.plus(duration));
    }
}
