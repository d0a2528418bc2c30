package io.holdfast.runbook.run;

import io.holdfast.plan.procedure.Retry;
import java.time.Duration;

/** How often a step was tried since its run was taken up, and how long it waits before the next time. */
final class Tries {

    private static final int LARGEST_SHIFT = 16;

    private final Retry policy;
    private int failures;

    Tries(Retry policy) {
        this.policy = policy;
    }

    void failed() {
        failures++;
    }

    /** Whether another may follow, after one more has failed. */
    boolean another() {
        return failures + 1 < policy.attempts();
    }

    /** Doubled each time. */
    Duration delay() {
        return policy.delay().multipliedBy(1L << Math.min(Math.max(0, failures - 1), LARGEST_SHIFT));
    }
}
