package io.holdfast.repository.store;

import io.holdfast.problem.ProblemKind;

/** A key that was to be created is already taken; the object that has it is unchanged. */
public final class ObjectExistsException extends StoreException {

    private static final long serialVersionUID = 1;

    public ObjectExistsException(String location, ObjectKey key) {
        super(
                "object '%s' already exists in %s".formatted(key, location),
                "objects are never overwritten: look for a second writer with the same name",
                ProblemKind.REFUSED,
                null);
    }

    @Override
    public String code() {
        return "store.object-exists";
    }
}
