package io.holdfast.repository.key;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;

/** A key is missing, wrong, or not kept as a key must be. Nothing was opened and nothing was changed. */
public final class KeyException extends HoldfastException {

    private static final long serialVersionUID = 1;

    private final String code;

    private KeyException(String code, String message, String hint) {
        super(message, hint);
        this.code = code;
    }

    static KeyException unusable(String message, String hint) {
        return new KeyException("key.unusable", message, hint);
    }

    static KeyException wrong(String message, String hint) {
        return new KeyException("key.wrong", message, hint);
    }

    static KeyException damaged(String message) {
        return new KeyException(
                "key.damaged",
                message,
                "restore 'repository' and what is beneath 'key/' from a copy of the repository; without them nothing can be read");
    }

    @Override
    public String code() {
        return code;
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.KEY;
    }
}
