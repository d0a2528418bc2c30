package io.holdfast.plan.procedure;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;

/** A text with a reference that is not one. */
public final class MalformedTemplateException extends HoldfastException {

    private static final long serialVersionUID = 1;

    MalformedTemplateException(String message) {
        super(message, "write ${scope.name}, for example ${environment.database.host}; a literal ${ is written $${");
    }

    @Override
    public String code() {
        return "plan.malformed-template";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.USAGE;
    }
}
