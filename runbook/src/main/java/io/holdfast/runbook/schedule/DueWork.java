package io.holdfast.runbook.schedule;

import io.holdfast.runbook.run.RunRequest;

/** What is to be done now that something is due. */
public sealed interface DueWork {

    /** A run. */
    record Start(RunRequest request) implements DueWork {}

    /**
     * It cannot be done, which is recorded as a run that failed before it began.
     *
     * @param request as far as it is known what would have been run
     * @param reason what failed, on which thing; lower case, no full stop
     */
    record Refuse(RunRequest request, String reason) implements DueWork {}
}
