package io.holdfast.runbook.action;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;

/** What an action was told is of the right type and yet makes no sense. Nothing was touched. */
public final class UnusableInputException extends HoldfastException {

    private static final long serialVersionUID = 1;

    /**
     * @param name of the input
     * @param problem what is wrong with it, after "is" or "has": {@code not an absolute path}
     * @param hint what to do
     */
    public UnusableInputException(String name, String problem, String hint) {
        super("input '%s' %s".formatted(name, problem), hint);
    }

    @Override
    public String code() {
        return "action.unusable-input";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.USAGE;
    }
}
