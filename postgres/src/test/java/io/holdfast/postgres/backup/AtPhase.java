package io.holdfast.postgres.backup;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Does something once while a backup runs, in its own thread, and counts what it is told. */
final class AtPhase implements BackupProgress {

    private final Phase phase;
    private final boolean onceReading;
    private final Runnable action;
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicLong expected = new AtomicLong();
    private final AtomicLong advanced = new AtomicLong();

    private AtPhase(Phase phase, boolean onceReading, Runnable action) {
        this.phase = phase;
        this.onceReading = onceReading;
        this.action = action;
    }

    static AtPhase entering(Phase phase, Runnable action) {
        return new AtPhase(phase, false, action);
    }

    /** After the first file was read and before the next. */
    static AtPhase whileReading(Runnable action) {
        return new AtPhase(Phase.COPYING, true, action);
    }

    @Override
    public void phase(Phase entered) {
        if (entered == phase && !onceReading) {
            once();
        }
    }

    @Override
    public void expected(long bytes) {
        expected.addAndGet(bytes);
    }

    @Override
    public void advanced(long bytes) {
        advanced.addAndGet(bytes);
        if (onceReading) {
            once();
        }
    }

    @Override
    public void spared(long bytes) {
        expected.addAndGet(-bytes);
    }

    private void once() {
        if (done.compareAndSet(false, true)) {
            action.run();
        }
    }

    boolean happened() {
        return done.get();
    }

    long expected() {
        return expected.get();
    }

    long advanced() {
        return advanced.get();
    }
}
