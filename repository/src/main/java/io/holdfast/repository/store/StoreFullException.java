package io.holdfast.repository.store;

import io.holdfast.problem.ProblemKind;
import java.nio.file.Path;

/** The file system of a store has no space; nothing half-written is visible in it. */
final class StoreFullException extends StoreException {

    private static final long serialVersionUID = 1;

    StoreFullException(String what, Path folder, String usable, Throwable cause) {
        super(
                "cannot %s: no space left in '%s'".formatted(what, folder),
                "%s are usable there: free some, raise the quota or enlarge the file system".formatted(usable),
                ProblemKind.ENVIRONMENT,
                cause);
    }

    @Override
    public String code() {
        return "store.no-space";
    }
}
