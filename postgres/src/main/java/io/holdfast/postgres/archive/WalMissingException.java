package io.holdfast.postgres.archive;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import java.util.Optional;

/** WAL that was needed is not in the repository, or of two kinds. */
public final class WalMissingException extends HoldfastException {

    private static final long serialVersionUID = 1;

    WalMissingException(WalRange range, Optional<Divergence> divergence) {
        super(
                "WAL from %s is not in the repository%s"
                        .formatted(
                                range,
                                divergence.map(found -> ": " + found.explain()).orElse("")),
                divergence
                        .map(_ -> Divergence.HINT)
                        .orElse("run 'holdfast info' to see which intervals can be recovered"));
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
