package io.holdfast.cli.progress;

import io.holdfast.cli.configuration.ByteSize;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;

/** One line for each phase, and one every ten seconds while bytes are copied: fit for a log. */
final class LineProgress implements ShownProgress {

    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

    private final PrintWriter err;
    private final Throughput throughput;
    private Phase phase = Phase.STARTING;

    LineProgress(PrintWriter err, InstantSource clock) {
        this.err = err;
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
    public synchronized void spared(long bytes) {
        throughput.spare(bytes);
    }

    @Override
    public synchronized void advanced(long bytes) {
        throughput.advanced(bytes).ifPresent(line -> say("%s: %s".formatted(phase.description(), line)));
    }

    private void say(String line) {
        err.println("holdfast: " + line);
        err.flush();
    }

    @Override
    public void close() {}
}
