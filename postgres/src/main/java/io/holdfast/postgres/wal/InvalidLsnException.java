package io.holdfast.postgres.wal;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;

final class InvalidLsnException extends HoldfastException {

    private static final long serialVersionUID = 1;

    InvalidLsnException(String text) {
        super("not a WAL position: '%s'".formatted(text), "write it as PostgreSQL does, for example 16/B374D848");
    }

    @Override
    public String code() {
        return "wal.invalid-lsn";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.USAGE;
    }
}
