package io.holdfast.problem;

import org.jspecify.annotations.Nullable;

/**
 * Something that stops a command. Its message says what failed and on which thing; its hint says what to do.
 * Expected outcomes are values, not exceptions.
 */
public abstract class HoldfastException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String hint;

    protected HoldfastException(String message, String hint) {
        super(message);
        this.hint = hint;
    }

    protected HoldfastException(String message, String hint, @Nullable Throwable cause) {
        super(message, cause);
        this.hint = hint;
    }

    /** Stable, documented and greppable, for example {@code wal.invalid-lsn}; never reused for another meaning. */
    public abstract String code();

    /** What kind of trouble it is; decides the exit code of a command. */
    public abstract ProblemKind kind();

    /** Whether the same call may succeed later without anyone changing anything. */
    public boolean retryable() {
        return false;
    }

    public String hint() {
        return hint;
    }
}
