package io.holdfast.repository.store;

import io.holdfast.problem.ProblemKind;
import java.nio.file.Path;

/** There is no folder where a store should be. */
final class StoreFolderMissingException extends StoreException {

    private static final long serialVersionUID = 1;

    StoreFolderMissingException(Path folder) {
        super(
                "no folder '%s'".formatted(folder),
                "mount its file system, correct the path, or make a repository there with 'holdfast init'",
                ProblemKind.ENVIRONMENT,
                null);
    }

    @Override
    public String code() {
        return "store.folder-missing";
    }
}
