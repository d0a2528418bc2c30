package io.holdfast.repository.store;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import org.jspecify.annotations.Nullable;

/** A store did not do what it was asked. The subtypes say when the reason is known. */
public class StoreException extends HoldfastException {

    private static final long serialVersionUID = 1;

    private final ProblemKind kind;

    public StoreException(String message, String hint, ProblemKind kind, @Nullable Throwable cause) {
        super(message, hint, cause);
        this.kind = kind;
    }

    @Override
    public String code() {
        return "store.failed";
    }

    @Override
    public ProblemKind kind() {
        return kind;
    }

    @Override
    public boolean retryable() {
        return kind == ProblemKind.UNAVAILABLE;
    }
}
