package io.holdfast.runbook.state;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import org.jspecify.annotations.Nullable;

/** The state of runs cannot be had. */
public final class StateException extends HoldfastException {

    private static final long serialVersionUID = 1;

    public StateException(String message, String hint, @Nullable Throwable cause) {
        super(message, hint, cause);
    }

    @Override
    public String code() {
        return "state.unavailable";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.UNAVAILABLE;
    }

    @Override
    public boolean retryable() {
        return true;
    }
}
