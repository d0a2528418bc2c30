package io.holdfast.postgres.archive;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.frame.Unreadable;

/** Where a session, or a backup, has to store something, something lies that does not authenticate. It never gets that name. */
public final class NameTakenException extends HoldfastException {

    private static final long serialVersionUID = 1;

    NameTakenException(Unreadable there) {
        super(
                "nothing can be stored as '%s': %s".formatted(there.object(), there.why()),
                "start it again: another session, or backup, has names of its own");
    }

    @Override
    public String code() {
        return "archive.name-taken";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.DAMAGED;
    }
}
