package io.holdfast.cli.progress;

import io.holdfast.cli.configuration.ByteSize;
import io.holdfast.repository.verification.VerificationProgress;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;

/** What a verification reads, and a line every few seconds meanwhile. Thread-safe. */
public final class VerificationLines implements VerificationProgress {

    private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

    private final PrintWriter err;
    private final Throughput throughput;

    public VerificationLines(PrintWriter err, InstantSource clock) {
        this.err = err;
        throughput = new Throughput(clock, BETWEEN_LINES);
    }

    @Override
    public synchronized void expected(long objects, long bytes) {
        throughput.expect(bytes);
        say("reading %d objects, %s".formatted(objects, new ByteSize(bytes)));
    }

    @Override
    public synchronized void advanced(long bytes) {
        throughput.advanced(bytes).ifPresent(line -> say("read: " + line));
    }

    private void say(String line) {
        err.println("holdfast: " + line);
        err.flush();
    }
}
