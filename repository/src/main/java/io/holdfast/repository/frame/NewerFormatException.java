package io.holdfast.repository.frame;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;

/** Something was written by a version of the format that this program does not know. Nothing was read or changed. */
public final class NewerFormatException extends HoldfastException {

    private static final long serialVersionUID = 1;

    public NewerFormatException(String thing, long version, int newestKnown) {
        super(
                "%s has format %d, this holdfast reads up to %d".formatted(thing, version, newestKnown),
                "use the version of holdfast that wrote it, or a newer one");
    }

    @Override
    public String code() {
        return "repository.newer-format";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.REFUSED;
    }
}
