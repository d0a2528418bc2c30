package io.holdfast.repository.store.s3;

import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.store.StoreException;
import org.jspecify.annotations.Nullable;

/** A server that speaks S3 did not do what it was asked, or could not be asked. */
public final class S3StoreException extends StoreException {

    private static final long serialVersionUID = 1;

    private final S3Trouble trouble;

    S3StoreException(S3Trouble trouble, String message, String hint, @Nullable Throwable cause) {
        super(message, hint, trouble.kind(), cause);
        this.trouble = trouble;
    }

    S3Trouble trouble() {
        return trouble;
    }

    @Override
    public String code() {
        return trouble.code();
    }

    static S3StoreException damaged(String message, String hint) {
        return new S3StoreException(S3Trouble.DAMAGED, message, hint, null);
    }

    static S3StoreException interrupted(String what, String location, @Nullable Throwable cause) {
        return new S3StoreException(
                S3Trouble.INTERRUPTED,
                "cannot %s in %s: interrupted".formatted(what, location),
                "the command was being stopped",
                cause);
    }

    /** For {@code switch}es that are not about exceptions. */
    boolean is(S3Trouble other) {
        return trouble == other;
    }

    @Override
    public boolean retryable() {
        return kind() == ProblemKind.UNAVAILABLE;
    }
}
