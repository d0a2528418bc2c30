package io.holdfast.repository.binary;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import org.jspecify.annotations.Nullable;

/** Authentic bytes that do not say what this version can read. */
public final class MalformedEncodingException extends HoldfastException {

    private static final long serialVersionUID = 1;

    public MalformedEncodingException(String what) {
        this(what, null);
    }

    public MalformedEncodingException(String what, @Nullable Throwable cause) {
        super(
                "stored metadata cannot be read: " + what,
                "it may have been written by a newer version of holdfast; use that version or a newer one",
                cause);
    }

    @Override
    public String code() {
        return "repository.malformed";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.DAMAGED;
    }
}
