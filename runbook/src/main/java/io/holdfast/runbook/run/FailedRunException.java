package io.holdfast.runbook.run;

/** The run ends here as failed. */
final class FailedRunException extends RuntimeException {

    private static final long serialVersionUID = 1;

    FailedRunException(String message) {
        super(message);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
