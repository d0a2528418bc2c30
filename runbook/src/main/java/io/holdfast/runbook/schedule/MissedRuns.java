package io.holdfast.runbook.schedule;

/** What becomes of times that passed while no resident engine worked. */
public enum MissedRuns {
    /** One run makes up for all of them, at once. */
    CATCH_UP,
    /** They are left out; the next one is at its time. */
    LEAVE_OUT
}
