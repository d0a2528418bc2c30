package io.holdfast.cli.progress;

import io.holdfast.cli.configuration.ByteSize;
import io.holdfast.postgres.restore.RestoreProgress;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** One line for each phase of a restore, and one every few seconds while bytes are copied. Thread-safe. */
public final class RestoreLines implements RestoreProgress {

    private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

    private final PrintWriter err;
    private final InstantSource clock;
    private final Duration backups;
    private final Duration wal;
    private Phase phase = Phase.PLANNING;
    private Instant begun;
    private Instant shown;
    private long expected;
    private long done;

    /**
     * Begins before the first phase.
     *
     * @param backups how long the policy of this host keeps them
     * @param wal the same for WAL
     */
    public RestoreLines(PrintWriter err, InstantSource clock, Duration backups, Duration wal) {
        this.err = err;
        this.clock = clock;
        this.backups = backups;
        this.wal = wal;
        begun = clock.instant();
        shown = begun;
    }

    @Override
    public synchronized void phase(Phase next) {
        phase = next;
        begun = clock.instant();
        shown = begun;
        done = 0;
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
    public synchronized void advanced(long bytes) {
        done += bytes;
        var now = clock.instant();
        if (Duration.between(shown, now).compareTo(BETWEEN_LINES) >= 0) {
            shown = now;
            long rate = done * 1000 / Math.max(1, Duration.between(begun, now).toMillis());
            say("%s: %s of %s, %s/s, %d s left"
                    .formatted(
                            phase.description(),
                            new ByteSize(done),
                            new ByteSize(expected),
                            new ByteSize(rate),
                            Math.max(0, expected - done) / Math.max(1, rate)));
        }
    }

    @Override
    public synchronized void remark(String line) {
        say(line);
    }

    @Override
    public synchronized void notHeld(String reason, Instant stored) {
        say(
                "nothing holds what is read: %s; by the policy configured here the backup stays until %s, its WAL until %s or later"
                        .formatted(reason, stored.plus(backups), stored.plus(wal)));
    }

    private void say(String line) {
        err.println("holdfast: " + line);
        err.flush();
    }
}
