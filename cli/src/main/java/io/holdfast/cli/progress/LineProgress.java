package io.holdfast.cli.progress;

import io.holdfast.cli.configuration.ByteSize;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** One line for each phase, and one every ten seconds while bytes are copied: fit for a log. */
final class LineProgress implements ShownProgress {

    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

    private final PrintWriter err;
    private final InstantSource clock;
    private Phase phase = Phase.STARTING;
    private Instant begun;
    private Instant shown;
    private long expected;
    private long done;

    LineProgress(PrintWriter err, InstantSource clock) {
        this.err = err;
        this.clock = clock;
        begun = clock.instant();
        shown = begun;
    }

    @Override
    public synchronized void phase(Phase next) {
        phase = next;
        begun = clock.instant();
        shown = begun;
        say(
                next == Phase.COPYING && expected > 0
                        ? "%s %s".formatted(next.description(), new ByteSize(expected))
                        : next.description());
    }

    @Override
    public synchronized void expected(long bytes) {
        expected = bytes;
    }

    @Override
    public synchronized void spared(long bytes) {
        expected -= bytes;
    }

    @Override
    public synchronized void advanced(long bytes) {
        done += bytes;
        var now = clock.instant();
        if (Duration.between(shown, now).compareTo(BETWEEN_LINES) >= 0) {
            shown = now;
            say(copied(Duration.between(begun, now)));
        }
    }

    private String copied(Duration since) {
        var rate = done * 1000 / Math.max(1, since.toMillis());
        var line = "%s: %s of %s, %s/s"
                .formatted(phase.description(), new ByteSize(done), new ByteSize(expected), new ByteSize(rate));
        return rate == 0 || expected < done ? line : "%s, %d s left".formatted(line, (expected - done) / rate);
    }

    private void say(String line) {
        err.println("holdfast: " + line);
        err.flush();
    }

    @Override
    public void close() {}
}
