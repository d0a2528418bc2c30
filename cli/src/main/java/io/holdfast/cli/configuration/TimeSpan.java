package io.holdfast.cli.configuration;

import java.time.Duration;
import java.util.Optional;

/** Durations of settings: as in a plan, and longer than zero. */
public final class TimeSpan {

    static final String SYNTAX = io.holdfast.plan.action.TimeSpan.SYNTAX;

    private TimeSpan() {}

    /** Empty if it is not one. */
    public static Optional<Duration> of(String text) {
        return io.holdfast.plan.action.TimeSpan.of(text).filter(span -> !span.isZero());
    }

    /** Longer than zero. */
    static Parsed<Duration> parse(String text) {
        return io.holdfast.plan.action.TimeSpan.of(text)
                .map(span ->
                        span.isZero() ? Parsed.<Duration>refused("a duration longer than zero") : Parsed.value(span))
                .orElseGet(() -> Parsed.refused("a duration such as 500ms, 1s, 10m, 24h or 7d"));
    }
}
