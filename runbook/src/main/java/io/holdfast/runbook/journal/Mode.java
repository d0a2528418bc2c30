package io.holdfast.runbook.journal;

/** Whether the failed side is expected to answer. */
public enum Mode {
    GRACEFUL,
    UNGRACEFUL
}
