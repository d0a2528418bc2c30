package io.holdfast.runbook.journal;

/** How far the attempt of a running step has come; what a crash leaves to decide on. */
public enum Phase {
    NONE,
    /** Gates and probe: nothing was changed. */
    BEGUN,
    /** The effect may be there. */
    INTENT,
    /** The action said that it is there; it is yet to be verified. */
    OUTCOME
}
