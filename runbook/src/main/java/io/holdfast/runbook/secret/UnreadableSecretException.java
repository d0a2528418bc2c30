package io.holdfast.runbook.secret;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;

/** A secret is not where a plan says that it is. */
public final class UnreadableSecretException extends HoldfastException {

    private static final long serialVersionUID = 1;

    UnreadableSecretException(String message, String hint) {
        super(message, hint);
    }

    @Override
    public String code() {
        return "run.unreadable-secret";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.KEY;
    }
}
