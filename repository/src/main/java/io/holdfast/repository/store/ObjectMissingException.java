package io.holdfast.repository.store;

import io.holdfast.problem.ProblemKind;

/** An object that should be there is not. */
public final class ObjectMissingException extends StoreException {

    private static final long serialVersionUID = 1;

    private final transient ObjectKey key;

    public ObjectMissingException(String location, ObjectKey key) {
        super(
                "object '%s' is missing in %s".formatted(key, location),
                "somebody or something removed it: run 'holdfast info' to see what it costs",
                ProblemKind.DAMAGED,
                null);
        this.key = key;
    }

    public ObjectKey key() {
        return key;
    }

    @Override
    public String code() {
        return "store.object-missing";
    }
}
