package io.holdfast.postgres.archive;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;

/** WAL that was needed is not in the repository. */
public final class WalMissingException extends HoldfastException {

    private static final long serialVersionUID = 1;

    WalMissingException(WalRange range) {
        super(
                "WAL from %s is not in the repository".formatted(range),
                "run 'holdfast info' to see which intervals can be recovered");
    }

    @Override
    public String code() {
        return "archive.wal-missing";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.UNREACHABLE;
    }
}
