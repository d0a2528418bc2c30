package io.holdfast.embedded;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import org.jspecify.annotations.Nullable;

/** A server of ours could not be made, started or stopped. */
public sealed class EmbeddedPostgresException extends HoldfastException {

    private static final long serialVersionUID = 1;

    private final String code;

    EmbeddedPostgresException(String code, String message, String hint, @Nullable Throwable cause) {
        super(message, hint, cause);
        this.code = code;
    }

    @Override
    public String code() {
        return code;
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.ENVIRONMENT;
    }

    /** The class path holds no programs of the wanted major version for this machine. */
    public static final class NoBinaries extends EmbeddedPostgresException {

        private static final long serialVersionUID = 1;

        NoBinaries(String message, String hint) {
            super("embedded.no-binaries", message, hint, null);
        }
    }

    /** The programs could not be unpacked. */
    public static final class NotUnpacked extends EmbeddedPostgresException {

        private static final long serialVersionUID = 1;

        NotUnpacked(String message, String hint, @Nullable Throwable cause) {
            super("embedded.not-unpacked", message, hint, cause);
        }
    }

    /** There is no unprivileged user to run a server as, or no means to become it. */
    public static final class NoUnprivilegedUser extends EmbeddedPostgresException {

        private static final long serialVersionUID = 1;

        NoUnprivilegedUser(String message, String hint, @Nullable Throwable cause) {
            super("embedded.no-unprivileged-user", message, hint, cause);
        }
    }

    /** The unprivileged user may not enter a folder on the way to one that it needs. */
    public static final class FolderUnreachable extends EmbeddedPostgresException {

        private static final long serialVersionUID = 1;

        FolderUnreachable(String message, String hint) {
            super("embedded.folder-unreachable", message, hint, null);
        }
    }

    /** A program could not be run, or ended otherwise than it should; its own words are in the message. */
    public static final class ProgramFailed extends EmbeddedPostgresException {

        private static final long serialVersionUID = 1;

        ProgramFailed(String message, String hint, @Nullable Throwable cause) {
            super("embedded.program-failed", message, hint, cause);
        }
    }

    /** A server ended while starting, or did not become ready in time; the end of its log is in the message. */
    public static final class NotStarted extends EmbeddedPostgresException {

        private static final long serialVersionUID = 1;

        NotStarted(String message, String hint) {
            super("embedded.not-started", message, hint, null);
        }
    }

    /** A server did not stop in time; it still runs. */
    public static final class NotStopped extends EmbeddedPostgresException {

        private static final long serialVersionUID = 1;

        NotStopped(String message, String hint) {
            super("embedded.not-stopped", message, hint, null);
        }
    }
}
