package io.holdfast.cli.progress;

import io.holdfast.cli.configuration.ByteSize;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** How many bytes of those expected are done, how fast, and how long the rest takes. Confined to one thread at a time. */
final class Throughput {

    private final InstantSource clock;
    private final Duration betweenLines;
    private Instant begun;
    private Instant shown;
    private long expected;
    private long done;

    /** @param betweenLines that {@link #advanced} gives */
    Throughput(InstantSource clock, Duration betweenLines) {
        this.clock = clock;
        this.betweenLines = betweenLines;
        begun = clock.instant();
        shown = begun;
    }

    /** From now on other bytes are counted; what is expected stays. */
    void begin() {
        begun = clock.instant();
        shown = begun;
        done = 0;
    }

    void expect(long bytes) {
        expected = bytes;
    }

    /** So many of them need not be done. */
    void spare(long bytes) {
        expected -= bytes;
    }

    long expected() {
        return expected;
    }

    /** Counts bytes that are done; a line about all of them, if the last one was long enough ago. */
    Optional<String> advanced(long bytes) {
        done += bytes;
        var now = clock.instant();
        if (Duration.between(shown, now).compareTo(betweenLines) < 0) {
            return Optional.empty();
        }
        shown = now;
        long rate = done * 1000 / Math.max(1, Duration.between(begun, now).toMillis());
        var line = "%s of %s, %s/s".formatted(new ByteSize(done), new ByteSize(expected), new ByteSize(rate));
        // Nothing is promised of what stands still, nor of what has grown beyond what was expected.
        return Optional.of(
                rate == 0 || expected < done ? line : "%s, %d s left".formatted(line, (expected - done) / rate));
    }
}
