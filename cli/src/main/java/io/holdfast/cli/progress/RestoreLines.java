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
    private final Throughput throughput;
    private final Duration backups;
    private final Duration wal;
    private Phase phase = Phase.PLANNING;

    /**
     * Begins before the first phase.
     *
     * @param backups how long the policy of this host keeps them
     * @param wal the same for WAL
     */
    public RestoreLines(PrintWriter err, InstantSource clock, Duration backups, Duration wal) {
        this.err = err;
        this.backups = backups;
        this.wal = wal;
        throughput = new Throughput(clock, BETWEEN_LINES);
    }

    @Override
    public synchronized void phase(Phase next) {
        phase = next;
        throughput.begin();
        say(
                next == Phase.COPYING && throughput.expected() > 0
                        ? "%s %s".formatted(next.description(), new ByteSize(throughput.expected()))
                        : next.description());
    }

    @Override
    public synchronized void expected(long bytes) {
        throughput.expect(bytes);
    }

    @Override
    public synchronized void advanced(long bytes) {
        throughput.advanced(bytes).ifPresent(line -> say("%s: %s".formatted(phase.description(), line)));
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
