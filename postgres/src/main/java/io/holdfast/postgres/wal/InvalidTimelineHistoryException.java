package io.holdfast.postgres.wal;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;

final class InvalidTimelineHistoryException extends HoldfastException {

    private static final long serialVersionUID = 1;

    InvalidTimelineHistoryException(TimelineId timeline, String reason, String line) {
        super(
                "history of timeline %s is not valid: %s, in '%s'".formatted(timeline, reason, line.strip()),
                "compare %s with the copy in the pg_wal of another member".formatted(timeline.historyFileName()));
    }

    @Override
    public String code() {
        return "wal.invalid-timeline-history";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.DAMAGED;
    }
}
