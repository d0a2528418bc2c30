package io.holdfast.postgres.protect;

import io.holdfast.postgres.Pause;
import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.removal.RemovalReport;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes what is not needed any more, again and again, in a thread of its own, until it is interrupted. */
public final class ScheduledRemoval implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(ScheduledRemoval.class);

    private final Supplier<RemovalReport> keeper;
    private final Duration every;
    private final Pause pause;

    /**
     * Does nothing yet.
     *
     * @param keeper runs one once
     */
    public ScheduledRemoval(Supplier<RemovalReport> keeper, Duration every, Pause pause) {
        this.keeper = keeper;
        this.every = every;
        this.pause = pause;
    }

    @Override
    public void run() {
        try {
            while (true) {
                step();
                pause.pause(every);
            }
        } catch (InterruptedException _) {
            // Told to stop.
        }
    }

    private void step() throws InterruptedException {
        try {
            var report = keeper.get();
            LOG.info(
                    "removed objects={} bytes={} announced objects={} bytes={} locked objects={}",
                    RemovalReport.objects(report.removed()),
                    RemovalReport.bytes(report.removed()),
                    RemovalReport.objects(report.condemned()),
                    RemovalReport.bytes(report.condemned()),
                    RemovalReport.objects(report.locked()));
        } catch (HoldfastException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LOG.error("nothing is removed, and it is tried again later code={}", e.code(), e);
        } catch (RuntimeException e) {
            // A defect must not end capture and backups.
            LOG.error("nothing is removed, and it is tried again later", e);
        }
    }
}
