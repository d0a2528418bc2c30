package io.holdfast.problem;

/**
 * One thing that a check found out, good or bad. A check reports every finding and fails once at the end.
 *
 * @param code stable and documented, for example {@code check.wal-level}
 * @param message what is so, on which thing; lower case, no full stop
 * @param hint what to do about it; empty when nothing needs doing
 */
public record Finding(Severity severity, String code, String message, String hint) {

    public enum Severity {
        PASSED,
        NOTICE,
        WARNING,
        ERROR,
        /** It could not be found out; never shown as passed. */
        UNKNOWN
    }

    public static Finding passed(String code, String message) {
        return new Finding(Severity.PASSED, code, message, "");
    }

    public static Finding notice(String code, String message, String hint) {
        return new Finding(Severity.NOTICE, code, message, hint);
    }

    public static Finding warning(String code, String message, String hint) {
        return new Finding(Severity.WARNING, code, message, hint);
    }

    public static Finding error(String code, String message, String hint) {
        return new Finding(Severity.ERROR, code, message, hint);
    }

    public static Finding unknown(String code, String message, String hint) {
        return new Finding(Severity.UNKNOWN, code, message, hint);
    }
}
