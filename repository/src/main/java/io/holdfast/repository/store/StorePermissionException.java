package io.holdfast.repository.store;

import io.holdfast.problem.ProblemKind;
import java.nio.file.AccessDeniedException;

/** This user may not do it to the files of a store, or nobody may: the file system is mounted read-only. */
final class StorePermissionException extends StoreException {

    private static final long serialVersionUID = 1;

    StorePermissionException(String what, AccessDeniedException cause) {
        super(
                "cannot %s: no permission for '%s'".formatted(what, cause.getFile()),
                "run as the user that owns the repository, or give this one access; see whether it is mounted read-only",
                ProblemKind.ENVIRONMENT,
                cause);
    }

    @Override
    public String code() {
        return "store.no-permission";
    }
}
