package io.holdfast.postgres.verify;

import io.holdfast.postgres.restore.RestoreProgress;
import java.time.Instant;

/** Passes on how a restore gets on, and remembers how far it came. Thread-safe as what it passes it on to. */
final class PhaseWatch implements RestoreProgress {

    private final RestoreProgress next;
    private volatile boolean recovering;

    PhaseWatch(RestoreProgress next) {
        this.next = next;
    }

    /** Whether all files are in place, and a server was to be started. */
    boolean isRecovering() {
        return recovering;
    }

    @Override
    public void phase(Phase phase) {
        recovering |= phase == Phase.RECOVERING;
        next.phase(phase);
    }

    @Override
    public void expected(long bytes) {
        next.expected(bytes);
    }

    @Override
    public void advanced(long bytes) {
        next.advanced(bytes);
    }

    @Override
    public void remark(String line) {
        next.remark(line);
    }

    @Override
    public void notHeld(String reason, Instant stored) {
        next.notHeld(reason, stored);
    }
}
