package io.holdfast.runbook.journal;

/** Where a step is. */
public enum StepState {
    PENDING("pending", false),
    /** Another run holds what it works on. */
    WAITING_FOR_LOCK("waiting for lock", false),
    RUNNING("running", false),
    WAITING_FOR_APPROVAL("waiting for approval", false),
    /** It failed and is tried again after a delay. */
    WAITING_FOR_RETRY("waiting for retry", false),
    FAILED("failed", false),
    /** It began, and what became of it is not known. */
    OUTCOME_UNKNOWN("outcome unknown", false),
    DONE("done", true),
    /** Its condition did not hold. */
    NOT_TAKEN("not taken", true),
    /** A person, or an ungraceful run, left it out. */
    SKIPPED("skipped", true),
    CANCELED("canceled", true);

    private final String words;
    private final boolean end;

    StepState(String words, boolean end) {
        this.words = words;
        this.end = end;
    }

    /** For people. */
    public String words() {
        return words;
    }

    /** Whether the run goes on behind it. */
    public boolean isEnd() {
        return end;
    }
}
