package io.holdfast.postgres.archive;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.store.ObjectKey;

/** A merged segment does not hold what its pieces hold. The pieces are untouched. */
public final class SegmentMismatchException extends HoldfastException {

    private static final long serialVersionUID = 1;

    SegmentMismatchException(ObjectKey segment) {
        super(
                "'%s' does not read back as what was written".formatted(segment),
                "the pieces it was made of are intact and stay; check the disks and the memory of this host");
    }

    @Override
    public String code() {
        return "archive.segment-mismatch";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.DAMAGED;
    }
}
