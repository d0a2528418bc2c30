package io.holdfast.repository.binary;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;

/** Authentic bytes that do not say what this version can read. */
public final class MalformedEncodingException extends HoldfastException {

    private static final long serialVersionUID = 1;

    public MalformedEncodingException(String what) {
        super(
                "stored metadata cannot be read: " + what,
                "it may have been written by a newer version of holdfast; use that version or a newer one");
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
