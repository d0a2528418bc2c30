package io.holdfast.runbook.journal;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;

/** What was asked of a run cannot be done as it is. */
public final class RunRefusedException extends HoldfastException {

    private static final long serialVersionUID = 1;

    public RunRefusedException(String message, String hint) {
        super(message, hint);
    }

    @Override
    public String code() {
        return "run.refused";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.REFUSED;
    }
}
