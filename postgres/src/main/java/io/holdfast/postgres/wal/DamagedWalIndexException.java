package io.holdfast.postgres.wal;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;

final class DamagedWalIndexException extends HoldfastException {

    private static final long serialVersionUID = 1;

    DamagedWalIndexException(String reason) {
        super("WAL index cannot be read: " + reason, "it can be made anew from the WAL that it describes");
    }

    @Override
    public String code() {
        return "wal.damaged-index";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.DAMAGED;
    }
}
