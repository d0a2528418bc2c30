package io.holdfast.postgres.action;

import io.holdfast.embedded.ServerProcesses;
import io.holdfast.embedded.UnprivilegedUser;
import io.holdfast.postgres.cluster.ControlFile;
import io.holdfast.postgres.cluster.ServerLaunch;
import io.holdfast.postgres.restore.RestoreResult;
import io.holdfast.runbook.action.Inputs;
import io.holdfast.runbook.action.Outputs;
import io.holdfast.runbook.action.Pause;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A data directory on this host, and the server in it, which runs as the directory's owner.
 *
 * @param bin the folder of PostgreSQL's programs
 */
record LocalServer(Path directory, Path bin, UnprivilegedUser user) {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final Duration PG_CTL = Duration.ofMinutes(1);
    private static final int TAIL = 2000;

    /** As the inputs {@code directory} and {@code bin-directory} say. */
    static LocalServer of(Inputs inputs, PostgresHost host) {
        var directory = HostPath.of(inputs, "directory");
        var bin = inputs.has("bin-directory")
                ? HostPath.of(inputs, "bin-directory")
                : host.binDirectory(major(directory));
        return new LocalServer(directory, bin, UnprivilegedUser.ownerOf(directory));
    }

    private static int major(Path directory) {
        var file = directory.resolve("PG_VERSION");
        try {
            var text = Files.isRegularFile(file) ? Files.readString(file).strip() : "";
            if (!text.matches("[0-9]{1,4}")) {
                throw HostException.notADataDirectory(directory);
            }
            return Integer.parseInt(text);
        } catch (IOException e) {
            throw HostException.io("read", file, e);
        }
    }

    Optional<RunningServer> running() {
        return RunningServer.in(directory);
    }

    Path log() {
        return directory.resolve(RestoreResult.SERVER_LOG);
    }

    /** Starts it and waits until it takes connections, or until it is a standby that takes none; an interrupt ends it again. */
    RunningServer start(Map<String, String> settings, Pause pause) throws InterruptedException {
        var process = new ServerLaunch(bin, directory, log(), user).start(settings);
        var up = false;
        try {
            while (true) {
                var server = running().filter(found -> found.pid() == process.pid());
                if (server.filter(found ->
                                found.takesConnections() || found.state().equals("standby"))
                        .isPresent()) {
                    up = true;
                    return server.get();
                }
                if (!process.isAlive()) {
                    throw HostException.serverEnded(directory, log(), tail());
                }
                pause.pause(LOOK_AGAIN);
            }
        } finally {
            if (!up && running().filter(found -> found.pid() != process.pid()).isPresent()) {
                // Somebody else has started it meanwhile: that server is not ours to end.
                process.destroyForcibly();
            } else if (!up) {
                kill();
            }
        }
    }

    /** Everything that runs in the directory, at once. */
    void kill() {
        try {
            ServerProcesses.in(directory.toRealPath()).kill();
        } catch (IOException _) {
            // There is no directory, so nothing runs in it.
        }
    }

    /** Asks it to stop, and waits until it has. */
    void stop(String mode, Pause pause) throws InterruptedException {
        var server = running();
        if (server.isEmpty()) {
            return;
        }
        var outcome = user.run(
                List.of(
                        bin.resolve("pg_ctl").toString(),
                        "stop",
                        "--pgdata=" + directory,
                        "--mode=" + mode,
                        "--no-wait"),
                Map.of(),
                PG_CTL);
        if (!outcome.succeeded() && running().isPresent()) {
            throw HostException.notStopped(directory, outcome.errors().strip());
        }
        while (running().isPresent()) {
            pause.pause(LOOK_AGAIN);
        }
    }

    boolean isShutDown() {
        return control().filter(ControlFile::isShutDown).isPresent();
    }

    boolean isInProduction() {
        return control().filter(ControlFile::isInProduction).isPresent();
    }

    private Optional<ControlFile> control() {
        var file = directory.resolve("global/pg_control");
        try {
            return ControlFile.parse(Files.readAllBytes(file));
        } catch (IOException e) {
            throw HostException.io("read", file, e);
        }
    }

    private String tail() {
        try {
            if (!Files.isRegularFile(log(), LinkOption.NOFOLLOW_LINKS)) {
                return "nothing";
            }
            var bytes = Files.readAllBytes(log());
            var from = Math.max(0, bytes.length - TAIL);
            return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8)
                    .strip()
                    .replaceAll("\\s*\\R\\s*", "; ");
        } catch (IOException e) {
            return e.toString();
        }
    }

    Outputs outputs(RunningServer server) {
        return new Outputs(Map.of(
                "server",
                server.address(),
                "port",
                server.port(),
                "pid",
                Long.toString(server.pid()),
                "log",
                log().toString()));
    }
}
