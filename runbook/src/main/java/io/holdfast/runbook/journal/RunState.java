package io.holdfast.runbook.journal;

/** Where a run is. */
public enum RunState {
    /** Nobody executes it yet. */
    PENDING("pending", false),
    RUNNING("running", false),
    WAITING_FOR_APPROVAL("waiting for approval", false),
    PAUSED_BY_OPERATOR("paused by operator", false),
    /** A person decides: retry, skip or cancel. */
    PAUSED_BY_FAILED_STEP("paused by failed step", false),
    /** A step may or may not have had its effect; its probe or a person decides. */
    OUTCOME_UNKNOWN("outcome unknown", false),
    /** All steps are done; the health checks are not green yet. */
    MONITORING_HEALTH("monitoring health", false),
    COMPLETED("completed", true),
    /** A step was skipped or replaced, or the health checks did not become green. */
    COMPLETED_WITH_EXCEPTIONS("completed with exceptions", true),
    FAILED("failed", true),
    CANCELED("canceled", true);

    private final String words;
    private final boolean end;

    RunState(String words, boolean end) {
        this.words = words;
        this.end = end;
    }

    /** For people. */
    public String words() {
        return words;
    }

    /** Whether nothing happens to the run any more. */
    public boolean isEnd() {
        return end;
    }

    /** Whether it does nothing until a person says so. */
    public boolean isPaused() {
        return this == PAUSED_BY_OPERATOR || this == PAUSED_BY_FAILED_STEP || this == OUTCOME_UNKNOWN;
    }
}
