package io.holdfast.runbook.journal;

/** Which of two runs gives way. */
public enum Priority {
    /** Waits for other recoveries; recurring work makes way for it. */
    RECOVERY,
    /** Ends where a recovery needs what it works on, and comes again at its next time; waits for others of its kind. */
    RECURRING
}
