package io.holdfast.runbook.journal;

/** What becomes of a run with a failed step. */
public enum OnFailure {
    /** It waits for a person, who retries, skips or cancels. */
    PAUSE,
    /** It ends as failed, for runs that nobody watches. */
    FAIL
}
