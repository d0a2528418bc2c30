package io.holdfast.repository.frame;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.store.ObjectKey;

/** A stored object is not what was written: changed, cut, moved, or encrypted for another repository. */
public final class DamagedObjectException extends HoldfastException {

    private static final long serialVersionUID = 1;

    DamagedObjectException(ObjectKey key, String what) {
        super(
                "object '%s' is damaged: %s".formatted(key, what),
                "nothing of it was used; restore it from a copy of the repository, or take another backup");
    }

    @Override
    public String code() {
        return "repository.damaged";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.DAMAGED;
    }
}
