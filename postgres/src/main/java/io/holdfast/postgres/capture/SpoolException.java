package io.holdfast.postgres.capture;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The spool cannot take or give back what it should. */
public final class SpoolException extends HoldfastException {

    private static final long serialVersionUID = 1;

    private final String code;
    private final ProblemKind kind;
    private final boolean full;

    private SpoolException(
            String code, ProblemKind kind, boolean full, String message, String hint, @Nullable Throwable cause) {
        super(message, hint, cause);
        this.code = code;
        this.kind = kind;
        this.full = full;
    }

    static SpoolException atLimit(Path folder, long limit) {
        return new SpoolException(
                "spool.full",
                ProblemKind.ENVIRONMENT,
                true,
                "the spool '%s' has reached its limit of %d bytes".formatted(folder, limit),
                "see why nothing is uploaded, or raise the limit if the disk has room",
                null);
    }

    static SpoolException noSpace(Path folder, Throwable cause) {
        return new SpoolException(
                "spool.full",
                ProblemKind.ENVIRONMENT,
                true,
                "no space left for the spool '%s'".formatted(folder),
                "free some space there, or move the state folder to a larger file system",
                cause);
    }

    static SpoolException damaged(Path file, String what) {
        return new SpoolException(
                "spool.damaged",
                ProblemKind.DAMAGED,
                false,
                "spool file '%s' %s".formatted(file, what),
                "check the disk; move the spool folder away to go on from what the repository holds",
                null);
    }

    static SpoolException released(Path folder, Object position) {
        return new SpoolException(
                "spool.released",
                ProblemKind.UNAVAILABLE,
                false,
                "the spool '%s' no longer holds %s".formatted(folder, position),
                "nothing to do: it is tried again",
                null);
    }

    static SpoolException tooSmall(long limit, long least) {
        return new SpoolException(
                "spool.limit",
                ProblemKind.USAGE,
                false,
                "a spool limit of %d bytes is too small".formatted(limit),
                "allow at least four WAL segments of this server: %d bytes".formatted(least),
                null);
    }

    static SpoolException failed(Path folder, Throwable cause) {
        return new SpoolException(
                "spool.failed",
                ProblemKind.ENVIRONMENT,
                false,
                "cannot write to the spool '%s': %s".formatted(folder, cause.getMessage()),
                "look at the disk and the system's log",
                cause);
    }

    /** Whether there is no room, by its own limit or on the disk. */
    boolean full() {
        return full;
    }

    @Override
    public String code() {
        return code;
    }

    @Override
    public ProblemKind kind() {
        return kind;
    }

    @Override
    public boolean retryable() {
        return kind == ProblemKind.ENVIRONMENT || kind == ProblemKind.UNAVAILABLE;
    }
}
