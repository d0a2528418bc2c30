package io.holdfast.postgres.wal.summary;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;

/** A file is not a WAL summary that this server wrote whole. */
final class InvalidSummaryException extends HoldfastException {

    private static final long serialVersionUID = 1;

    private final String fault;

    InvalidSummaryException(String name, String fault) {
        super(
                "WAL summary '%s' cannot be used: %s".formatted(name, fault),
                "the blocks that changed are found without it; the next backup needs it no longer");
        this.fault = fault;
    }

    /** What is wrong, without the name. */
    String fault() {
        return fault;
    }

    @Override
    public String code() {
        return "wal.invalid-summary";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.DAMAGED;
    }
}
