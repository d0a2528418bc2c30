package io.holdfast.cli.progress;

import io.holdfast.postgres.backup.BackupProgress;
import java.io.PrintWriter;
import java.time.InstantSource;

/** A progress that somebody sees. Closing it ends its last line. Thread-safe. */
public interface ShownProgress extends BackupProgress, AutoCloseable {

    /**
     * A bar where there is a terminal to draw it on, else lines.
     *
     * @param err where it is shown
     */
    static ShownProgress on(boolean terminal, PrintWriter err, InstantSource clock) {
        return terminal ? new BarProgress(err) : new LineProgress(err, clock);
    }

    @Override
    void close();
}
