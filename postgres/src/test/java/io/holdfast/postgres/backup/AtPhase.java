package io.holdfast.postgres.backup;

import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Does something once while a backup runs, in its own thread, and counts what it is told. */
final class AtPhase implements BackupProgress {

    private final Phase phase;

    /** The part of what is expected after which to act, in tenths; none to act at the phase. */
    private final OptionalInt tenths;

    private final Runnable action;
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicLong expected = new AtomicLong();
    private final AtomicLong advanced = new AtomicLong();

    private AtPhase(Phase phase, OptionalInt tenths, Runnable action) {
        this.phase = phase;
        this.tenths = tenths;
        this.action = action;
    }

    static AtPhase entering(Phase phase, Runnable action) {
        return new AtPhase(phase, OptionalInt.empty(), action);
    }

    /** After the first file was read and before the next. */
    static AtPhase whileReading(Runnable action) {
        return new AtPhase(Phase.COPYING, OptionalInt.of(0), action);
    }

    /** When nine tenths were read. */
    static AtPhase whenNearlyRead(Runnable action) {
        return new AtPhase(Phase.COPYING, OptionalInt.of(9), action);
    }

    @Override
    public void phase(Phase entered) {
        if (entered == phase && tenths.isEmpty()) {
            once();
        }
    }

    @Override
    public void expected(long bytes) {
        expected.addAndGet(bytes);
    }

    @Override
    public void advanced(long bytes) {
        long read = advanced.addAndGet(bytes);
        if (tenths.isPresent() && read * 10 >= expected.get() * tenths.getAsInt()) {
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
