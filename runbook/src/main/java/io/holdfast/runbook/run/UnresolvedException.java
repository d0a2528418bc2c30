package io.holdfast.runbook.run;

/** A reference or an input of a step that has no value, or one of another type; an outcome of the step. */
final class UnresolvedException extends Exception {

    private static final long serialVersionUID = 1;

    private final String hint;

    UnresolvedException(String message, String hint) {
        super(message);
        this.hint = hint;
    }

    String hint() {
        return hint;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
