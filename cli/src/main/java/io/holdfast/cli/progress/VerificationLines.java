package io.holdfast.cli.progress;

import io.holdfast.cli.configuration.ByteSize;
import io.holdfast.repository.verification.VerificationProgress;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** What a verification reads, and a line every few seconds meanwhile. Thread-safe. */
public final class VerificationLines implements VerificationProgress {

    private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

    private final PrintWriter err;
    private final InstantSource clock;
    private final Instant begun;
    private Instant shown;
    private long expected;
    private long done;

    public VerificationLines(PrintWriter err, InstantSource clock) {
        this.err = err;
        this.clock = clock;
        begun = clock.instant();
        shown = begun;
    }

    @Override
    public synchronized void expected(long objects, long bytes) {
        expected = bytes;
        say("reading %d objects, %s".formatted(objects, new ByteSize(bytes)));
    }

    @Override
    public synchronized void advanced(long bytes) {
        done += bytes;
        var now = clock.instant();
        if (Duration.between(shown, now).compareTo(BETWEEN_LINES) >= 0) {
            shown = now;
            long rate = done * 1000 / Math.max(1, Duration.between(begun, now).toMillis());
            say("read: %s of %s, %s/s, %d s left"
                    .formatted(
                            new ByteSize(done),
                            new ByteSize(expected),
                            new ByteSize(rate),
                            Math.max(0, expected - done) / Math.max(1, rate)));
        }
    }

    private void say(String line) {
        err.println("holdfast: " + line);
        err.flush();
    }
}
