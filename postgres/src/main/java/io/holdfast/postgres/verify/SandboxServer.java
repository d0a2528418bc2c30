package io.holdfast.postgres.verify;

import io.holdfast.embedded.UnprivilegedUser;
import io.holdfast.postgres.Pause;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.ServerAddress;
import io.holdfast.postgres.cluster.ServerException;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.restore.RestoreResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The server in a sandbox: after the restore has started it, how it is reached, shut down and started again. */
final class SandboxServer {

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);
    private static final String WITH_LOG = "log=$1; shift; exec \"$@\" >> \"$log\" 2>&1";

    private final Sandbox sandbox;
    private final Path bin;
    private final UnprivilegedUser user;
    private final Pause pause;

    SandboxServer(Sandbox sandbox, Path bin, Pause pause) {
        this.sandbox = sandbox;
        this.bin = bin;
        this.user = UnprivilegedUser.ownerOf(sandbox.data());
        this.pause = pause;
    }

    Path log() {
        return sandbox.data().resolve(RestoreResult.SERVER_LOG);
    }

    /** Whoever may enter the folder of its socket may be any role. */
    ConnectionSettings settings(String role, String database) {
        return ConnectionSettings.of(new ServerAddress.UnixSocket(sandbox.sockets(), Sandbox.PORT), role, database);
    }

    /** Shuts it down, so that all its pages are on disk, and none is being written. */
    void stop() {
        var outcome = user.run(
                List.of(
                        bin.resolve("pg_ctl").toString(),
                        "stop",
                        "--pgdata=" + sandbox.data(),
                        "--mode=fast",
                        "--wait",
                        "--timeout=" + PATIENCE.toSeconds()),
                Map.of(),
                PATIENCE.plusMinutes(1));
        if (!outcome.succeeded()) {
            throw SandboxException.notStopped(log(), outcome.output() + outcome.errors());
        }
    }

    /** Starts it once more, and waits until it lets this role in. */
    void startAgain(String role, String database) throws InterruptedException {
        var program = user.program(List.of(
                "setsid",
                "sh",
                "-c",
                WITH_LOG,
                "sh",
                log().toString(),
                bin.resolve("postgres").toString(),
                "-D",
                sandbox.data().toString()));
        var process = user.start(program.redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD));
        while (true) {
            try (var _ = SqlSession.open(settings(role, database))) {
                return;
            } catch (ServerException e) {
                if (!process.isAlive() || !e.retryable()) {
                    throw e;
                }
            }
            pause.pause(BETWEEN_LOOKS);
        }
    }
}
