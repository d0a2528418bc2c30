package io.holdfast.runbook.journal;

/** What an event of a run is about. */
public enum EventType {
    CREATED,
    /** Whoever started the run has signed that it was they. */
    STARTER_PROVEN,
    /** An engine began, or took over, to execute the run. */
    CLAIMED,
    STEP_BEGAN,
    /** From here on the effect may be there. */
    INTENT,
    OUTCOME,
    STEP_ENDED,
    STEP_FAILED,
    OUTCOME_UNKNOWN,
    WAITING,
    APPROVAL_ASKED,
    APPROVED,
    DECLINED,
    CONTROL,
    /** What a step said. */
    LOG,
    /** An engine that no longer executes the run, or an attempt that was overtaken, had something to say; it changed nothing. */
    SUPERSEDED,
    PARKED,
    HEALTH,
    ENDED
}
