package io.holdfast.postgres.wal;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;

final class UnknownWalFormatException extends HoldfastException {

    private static final long serialVersionUID = 1;

    UnknownWalFormatException(int major) {
        super(
                "the WAL of PostgreSQL %d is not known".formatted(major),
                "versions %d to %d can be read; look for a newer Holdfast"
                        .formatted(WalFormat.V14.major(), WalFormat.V18.major()));
    }

    @Override
    public String code() {
        return "wal.unknown-format";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.REFUSED;
    }
}
