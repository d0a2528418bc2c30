package io.holdfast.demo;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;

/** The demo cannot go on. */
final class DemoException extends HoldfastException {

    private static final long serialVersionUID = 1;

    DemoException(String message, String hint) {
        super(message, hint);
    }

    @Override
    public String code() {
        return "demo.failed";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.ENVIRONMENT;
    }
}
