package io.holdfast.postgres.verify;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A sandbox could not be made, used or removed: that says nothing of the backup. */
final class SandboxException extends HoldfastException {

    private static final long serialVersionUID = 1;

    private SandboxException(String message, String hint, @Nullable Throwable cause) {
        super(message, hint, cause);
    }

    static SandboxException notMade(Path folder, IOException cause) {
        return new SandboxException(
                "no sandbox can be made in '%s': %s: %s"
                        .formatted(folder, cause.getClass().getSimpleName(), cause.getMessage()),
                "name a folder that is there, with --into",
                cause);
    }

    static SandboxException notRemoved(Path sandbox, IOException cause) {
        return new SandboxException(
                "the sandbox '%s' cannot be removed: %s".formatted(sandbox, cause.getMessage()),
                "remove it; a verification that uses the same folder tries again",
                cause);
    }

    static SandboxException socketPath(Path socket) {
        return new SandboxException(
                "the path of the server's socket would be too long: '%s'".formatted(socket),
                "name a folder with a shorter path, with --into",
                null);
    }

    static SandboxException noSuperuser(String tried) {
        return new SandboxException(
                "no superuser of the restored server is known: " + tried,
                "name a role that may connect, with postgres.user",
                null);
    }

    static SandboxException notStopped(Path log, String said) {
        return new SandboxException(
                "the restored server does not shut down: " + said.strip(), "its log is '%s'".formatted(log), null);
    }

    @Override
    public String code() {
        return "verify.sandbox";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.ENVIRONMENT;
    }
}
