package io.holdfast.postgres.action;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something about the files and programs of this host forbids what was asked. */
final class HostException extends HoldfastException {

    private static final long serialVersionUID = 1;

    private final ProblemKind kind;

    private HostException(ProblemKind kind, String message, String hint, @Nullable Throwable cause) {
        super(message, hint, cause);
        this.kind = kind;
    }

    static HostException io(String what, Path path, IOException cause) {
        return new HostException(
                ProblemKind.ENVIRONMENT,
                "cannot %s '%s': %s".formatted(what, path, cause),
                "see its permissions, and whether the disk is full",
                cause);
    }

    static HostException notADataDirectory(Path directory) {
        return new HostException(
                ProblemKind.REFUSED,
                "'%s' is not a data directory".formatted(directory),
                "name the folder that holds PG_VERSION",
                null);
    }

    static HostException otherPort(Path directory, String found, long wanted) {
        return new HostException(
                ProblemKind.REFUSED,
                "the server in '%s' runs on port %s, not %d".formatted(directory, found, wanted),
                "stop it first, or leave out the port",
                null);
    }

    static HostException serverEnded(Path directory, Path log, String tail) {
        return new HostException(
                ProblemKind.ENVIRONMENT,
                "the server in '%s' ended while it started; its log ends: %s".formatted(directory, tail),
                "the whole log is '%s'".formatted(log),
                null);
    }

    static HostException notStopped(Path directory, String reason) {
        return new HostException(
                ProblemKind.ENVIRONMENT,
                "the server in '%s' cannot be stopped: %s".formatted(directory, reason),
                "see its log",
                null);
    }

    static HostException exists(Path file) {
        return new HostException(
                ProblemKind.REFUSED,
                "'%s' exists already".formatted(file),
                "nothing is overwritten: name another file",
                null);
    }

    static HostException noFile(Path file) {
        return new HostException(
                ProblemKind.REFUSED,
                "there is no file '%s'".formatted(file),
                "see what the step before has written",
                null);
    }

    static HostException otherContent(Path file, String found, String wanted) {
        return new HostException(
                ProblemKind.DAMAGED,
                "the SHA-256 of '%s' is %s, not %s".formatted(file, found, wanted),
                "it is not the file that was meant, or it is damaged: take another one",
                null);
    }

    static HostException noProgram(String program, int major, List<Path> searched) {
        return new HostException(
                ProblemKind.ENVIRONMENT,
                "there is no %s of PostgreSQL %d or newer here".formatted(program, major),
                "install PostgreSQL's client programs; looked in %s".formatted(searched),
                null);
    }

    static HostException programFailed(String explanation) {
        return new HostException(
                ProblemKind.ENVIRONMENT, explanation, "look at what it wrote, in the log of the step", null);
    }

    @Override
    public String code() {
        return "action.host";
    }

    @Override
    public ProblemKind kind() {
        return kind;
    }
}
