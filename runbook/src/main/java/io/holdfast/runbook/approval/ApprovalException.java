package io.holdfast.runbook.approval;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;

/** A signature or a key that does not do. */
public final class ApprovalException extends HoldfastException {

    private static final long serialVersionUID = 1;

    public ApprovalException(String message, String hint) {
        super(message, hint);
    }

    @Override
    public String code() {
        return "approval.refused";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.REFUSED;
    }
}
