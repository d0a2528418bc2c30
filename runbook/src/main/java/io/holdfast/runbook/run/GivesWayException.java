package io.holdfast.runbook.run;

/** Recurring work ends here, since another run needs what it works on. */
final class GivesWayException extends RuntimeException {

    private static final long serialVersionUID = 1;

    GivesWayException(String message) {
        super(message);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
