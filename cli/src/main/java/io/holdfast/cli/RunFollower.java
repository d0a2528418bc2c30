package io.holdfast.cli;

import io.holdfast.runbook.journal.EventType;
import io.holdfast.runbook.journal.RunId;
import io.holdfast.runbook.run.Runs;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Prints what happens in a run, line by line, while it is executed here or elsewhere. */
final class RunFollower implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunFollower.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(300);
    private static final int AT_ONCE = 500;

    /** Of no use to somebody who watches: the lines around them say the same. */
    private static final Set<EventType> LEFT_OUT = EnumSet.of(EventType.INTENT, EventType.OUTCOME);

    private final Runs runs;
    private final RunId run;
    private final PrintWriter out;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread;
    private long last;

    private RunFollower(Runs runs, RunId run, PrintWriter out) {
        this.runs = runs;
        this.run = run;
        this.out = out;
        this.thread = Thread.ofVirtual().name("follow-run").unstarted(this::follow);
    }

    /** From its beginning, or from where it is now. */
    static RunFollower of(Runs runs, RunId run, PrintWriter out) {
        var follower = new RunFollower(runs, run, out);
        follower.thread.start();
        return follower;
    }

    private void follow() {
        try {
            do {
                look();
            } while (!ended.await(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException _) {
            // The last look is that of close().
        }
    }

    private synchronized void look() {
        try {
            for (var event : runs.events(run, last, AT_ONCE)) {
                last = event.id();
                if (!LEFT_OUT.contains(event.type())) {
                    out.println(RunText.line(event));
                }
            }
            out.flush();
        } catch (RuntimeException e) {
            LOG.debug("cannot look at the run run={}", run, e);
        }
    }

    @Override
    public void close() {
        // Not by an interrupt: that would break a connection in the middle of a query.
        ended.countDown();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        look();
    }
}
