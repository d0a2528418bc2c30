package io.holdfast.repository.key.kms;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;

/** AWS KMS did not do what it was asked, or could not be asked. Nothing was opened and nothing was changed. */
public final class KmsException extends HoldfastException {

    private static final long serialVersionUID = 1;

    private final KmsTrouble trouble;

    KmsException(KmsTrouble trouble, String message, String hint, Throwable cause) {
        super(message, hint, cause);
        this.trouble = trouble;
    }

    @Override
    public String code() {
        return trouble.code();
    }

    @Override
    public ProblemKind kind() {
        return trouble.kind();
    }

    @Override
    public boolean retryable() {
        return kind() == ProblemKind.UNAVAILABLE;
    }
}
