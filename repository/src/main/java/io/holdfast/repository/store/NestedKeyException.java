package io.holdfast.repository.store;

import io.holdfast.problem.ProblemKind;

/** A key lies beneath the key of another object, or the other way round: files cannot hold that. */
final class NestedKeyException extends StoreException {

    private static final long serialVersionUID = 1;

    NestedKeyException(String location, ObjectKey key) {
        super(
                "object '%s' would be a file where a folder is, or beneath a file, in %s".formatted(key, location),
                "something foreign lies in the repository: compare with docs/repository-format.md",
                ProblemKind.REFUSED,
                null);
    }

    @Override
    public String code() {
        return "store.nested-key";
    }
}
