package io.holdfast.postgres.replication;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;

final class InvalidSlotNameException extends HoldfastException {

    private static final long serialVersionUID = 1;

    InvalidSlotNameException(String text) {
        super(
                "not a name of a replication slot: '%s'".formatted(text),
                "use 1 to 63 lower-case letters, digits and underscores");
    }

    @Override
    public String code() {
        return "replication.invalid-slot-name";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.USAGE;
    }
}
