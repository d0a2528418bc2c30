package io.holdfast.postgres.backup;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;

/** A file of the cluster cannot be read, so there is no backup. */
final class UnreadableSourceException extends HoldfastException {

    private static final long serialVersionUID = 1;

    UnreadableSourceException(Path file, IOException cause) {
        super(
                "'%s' cannot be read: %s".formatted(file, reason(cause)),
                "run holdfast as the user that owns the data directory, on the host where it is",
                cause);
    }

    private static String reason(IOException cause) {
        return cause instanceof AccessDeniedException ? "permission denied" : String.valueOf(cause.getMessage());
    }

    @Override
    public String code() {
        return "backup.unreadable";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.ENVIRONMENT;
    }
}
