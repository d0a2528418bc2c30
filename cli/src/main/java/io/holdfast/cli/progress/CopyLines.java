package io.holdfast.cli.progress;

import io.holdfast.cli.configuration.ByteSize;
import io.holdfast.repository.copy.CopyProgress;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;

/** What is copied, and a line every few seconds meanwhile. Thread-safe. */
public final class CopyLines implements CopyProgress {

    private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

    private final PrintWriter err;
    private final Throughput throughput;

    /** Who goes on copying is told of the same again and again. */
    private final Set<String> told = new HashSet<>();

    public CopyLines(PrintWriter err, InstantSource clock) {
        this.err = err;
        throughput = new Throughput(clock, BETWEEN_LINES);
    }

    @Override
    public synchronized void expected(String what, long objects, long bytes) {
        throughput.begin();
        throughput.expect(bytes);
        say("copying %s: %d objects, %s".formatted(what, objects, new ByteSize(bytes)));
    }

    @Override
    public synchronized void advanced(long bytes) {
        throughput.advanced(bytes).ifPresent(line -> say("copied: " + line));
    }

    @Override
    public synchronized void remark(String remark, String hint) {
        if (told.add(remark)) {
            err.println("WARNING: %s%nHINT: %s".formatted(remark, hint));
            err.flush();
        }
    }

    private void say(String line) {
        err.println("holdfast: " + line);
        err.flush();
    }
}
