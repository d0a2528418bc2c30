package io.holdfast.runbook.action;

/** What became of an execution. */
public sealed interface Outcome {

    record Succeeded(Outputs outputs) implements Outcome {}

    /**
     * It is known that the effect is not there, or not wholly.
     *
     * @param reason what failed, on which thing; lower case, no full stop
     * @param hint what to do
     * @param retryable whether the same may succeed later without anyone changing anything
     */
    record Failed(String reason, String hint, boolean retryable) implements Outcome {}

    /** It is not known whether the effect is there: the answer was lost. */
    record Unknown(String reason) implements Outcome {}
}
