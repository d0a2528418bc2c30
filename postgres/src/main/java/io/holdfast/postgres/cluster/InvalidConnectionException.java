package io.holdfast.postgres.cluster;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;

/** How to reach a server was said in a way that makes no sense; nothing was connected to. */
public final class InvalidConnectionException extends HoldfastException {

    private static final long serialVersionUID = 1;

    InvalidConnectionException(String message, String hint) {
        super(message, hint);
    }

    @Override
    public String code() {
        return "connection.invalid";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.USAGE;
    }
}
