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
     * @param outputs what it can answer nevertheless, for a person, and for later steps if this one is skipped
     */
    record Failed(String reason, String hint, boolean retryable, Outputs outputs) implements Outcome {

        public Failed(String reason, String hint, boolean retryable) {
            this(reason, hint, retryable, Outputs.NONE);
        }
    }

    /** It is not known whether the effect is there: the answer was lost. */
    record Unknown(String reason) implements Outcome {}
}
