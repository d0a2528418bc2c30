package io.holdfast.embedded;

import io.holdfast.embedded.EmbeddedPostgresException.NotStarted;
import io.holdfast.embedded.EmbeddedPostgresException.NotStopped;
import io.holdfast.embedded.EmbeddedPostgresException.ProgramFailed;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One PostgreSQL server of our own: a data directory, and, while it runs, a process that listens on 127.0.0.1 and on a
 * socket in a private folder. Port and folder stay the same over restarts. Its output goes to a file beside the data
 * directory.
 *
 * <p>The server is stopped by {@link #close} and when the JVM ends, unless {@link #leaveRunning} was called. A JVM that
 * is killed leaves it running. Thread-safe; the monitor of this object is held while starting and stopping.
 */
public final class EmbeddedPostgres implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);

    private static final Duration USUAL_PATIENCE = Duration.ofMinutes(2);

    /** How often a start looks whether it is done, in milliseconds. */
    private static final int POLL = 20;

    private final PostgresBinaries binaries;
    private final UnprivilegedUser user;
    private final Path dataDirectory;
    private final ServerLog log;
    private final int port;
    private final SocketFolder socketFolder;
    private final StopAtExit stopAtExit = new StopAtExit(this::close);
    private Map<String, String> environment = Map.of();
    private @Nullable Process process;
    private long logStart;

    private EmbeddedPostgres(PostgresBinaries binaries, UnprivilegedUser user, Path dataDirectory) {
        this.binaries = binaries;
        this.user = user;
        this.dataDirectory = dataDirectory;
        log = new ServerLog(dataDirectory.resolveSibling(dataDirectory.getFileName() + ".server.log"));
        port = FreePort.choose();
        socketFolder = new SocketFolder(user);
    }

    /**
     * Makes a new cluster in a folder that is absent or empty; root gives it to the unprivileged user.
     *
     * @throws EmbeddedPostgresException.FolderUnreachable if that user cannot get there
     * @throws EmbeddedPostgresException.ProgramFailed if initdb fails
     */
    public static EmbeddedPostgres initialise(PostgresBinaries binaries, Path directory, InitOptions options) {
        var user = UnprivilegedUser.current();
        return new EmbeddedPostgres(binaries, user, ClusterDirectory.initialise(binaries, directory, options, user));
    }

    /**
     * Takes over a stopped cluster that is there already, for example a restored one; root gives it and its tablespaces
     * to the unprivileged user.
     *
     * @throws EmbeddedPostgresException.FolderUnreachable if that user cannot get there
     * @throws EmbeddedPostgresException.ProgramFailed if it belongs to another major version
     */
    public static EmbeddedPostgres adopt(PostgresBinaries binaries, Path directory) {
        var user = UnprivilegedUser.current();
        return new EmbeddedPostgres(binaries, user, ClusterDirectory.adopt(binaries, directory, user));
    }

    /** The same, but root takes it away from nobody: the server runs as the user to whom the folder belongs, where that is not root. */
    public static EmbeddedPostgres adoptAsOwner(PostgresBinaries binaries, Path directory) {
        var user = UnprivilegedUser.ownerOf(directory);
        return new EmbeddedPostgres(binaries, user, ClusterDirectory.adopt(binaries, directory, user));
    }

    /** What the server finds in its environment from its next start on, and so do the commands that it runs. */
    public synchronized EmbeddedPostgres environment(Map<String, String> variables) {
        environment = Map.copyOf(variables);
        return this;
    }

    public EmbeddedPostgres start() {
        return start(Map.of());
    }

    /** Starts with settings that override the configuration files, and waits until it takes connections. */
    public EmbeddedPostgres start(Map<String, String> settings) {
        return start(settings, USUAL_PATIENCE);
    }

    /**
     * The same with another limit, for long recoveries.
     *
     * @throws NotStarted with the end of the server's log, if it ended or was not ready in time and was killed
     */
    public synchronized EmbeddedPostgres start(Map<String, String> settings, Duration patience) {
        launch(settings);
        awaitReady(patience);
        return this;
    }

    /** Starts the process without waiting for anything, for recoveries that are to be watched or interrupted. */
    public synchronized EmbeddedPostgres launch(Map<String, String> settings) {
        if (isRunning()) {
            throw new IllegalStateException("the server in '%s' runs already".formatted(dataDirectory));
        }
        logStart = log.prepare();
        var program = user.program(arguments(settings))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.file().toFile()));
        program.redirectInput(Path.of("/dev/null").toFile());
        program.environment().putAll(environment);
        process = user.start(program);
        stopAtExit.arm();
        LOG.debug("launched pid={} port={} data={}", process.pid(), port, dataDirectory);
        return this;
    }

    /** A session of its own, so that an interrupt typed at our terminal does not reach the server before us. */
    private List<String> arguments(Map<String, String> settings) {
        var words =
                new ArrayList<>(List.of("setsid", binaries.program("postgres").toString()));
        words.addAll(List.of("-D", dataDirectory.toString()));
        words.addAll(List.of("-c", "listen_addresses=127.0.0.1", "-c", "port=" + port));
        words.addAll(List.of("-c", "unix_socket_directories=" + socketFolder.path()));
        settings.forEach((name, value) -> words.addAll(List.of("-c", name + "=" + value)));
        return words;
    }

    /**
     * Waits until it takes connections, or is a standby that takes none.
     *
     * @throws NotStarted with the end of the server's log, if it ended or was not ready in time and was killed
     */
    public synchronized void awaitReady(Duration patience) {
        var server = running();
        for (var waited = 0L; waited < patience.toMillis(); waited += POLL) {
            switch (PostmasterFile.in(dataDirectory).stateOf(server.pid())) {
                case READY, STANDBY -> {
                    return;
                }
                case STARTING, STOPPING -> {
                    if (ends(server, Duration.ofMillis(POLL))) {
                        throw notStarted("ended with exit code %d while starting".formatted(server.exitValue()));
                    }
                }
            }
        }
        kill();
        throw notStarted("was not ready after %d s and was killed".formatted(patience.toSeconds()));
    }

    private NotStarted notStarted(String what) {
        return new NotStarted(
                "the server in '%s' %s; its log ends:%n%s".formatted(dataDirectory, what, log.tailFrom(logStart)),
                "the whole log is '%s'".formatted(log.file()));
    }

    /** Does nothing if it does not run. */
    public void stop(Shutdown how) {
        stop(how, USUAL_PATIENCE);
    }

    /**
     * Stops it and waits until it is gone.
     *
     * @throws NotStopped if that takes too long; it is then still stopping
     */
    public synchronized void stop(Shutdown how, Duration patience) {
        if (!isRunning()) {
            return;
        }
        var server = running();
        var pgCtl = binaries.program("pg_ctl").toString();
        var outcome = user.run(
                List.of(pgCtl, "stop", "--pgdata=" + dataDirectory, "--mode=" + how.mode(), "--no-wait"),
                Map.of(),
                patience);
        if (!ends(server, outcome.succeeded() ? patience : Duration.ofSeconds(1))) {
            if (!outcome.succeeded()) {
                throw new ProgramFailed(
                        "pg_ctl cannot stop the server in '%s': %s"
                                .formatted(dataDirectory, outcome.errors().strip()),
                        "the server's log is '%s'".formatted(log.file()),
                        null);
            }
            throw new NotStopped(
                    "the server in '%s' has not stopped within %d s of a %s shutdown"
                            .formatted(dataDirectory, patience.toSeconds(), how.mode()),
                    "smart waits for every session, fast for every replication client; immediate waits for none");
        }
        stopAtExit.disarm();
    }

    /** Kills all its processes at once, as the loss of the machine would, and waits until they are gone. */
    public synchronized void kill() {
        new ServerProcesses(realProgram(), dataDirectory).kill(running().toHandle());
        stopAtExit.disarm();
    }

    private Path realProgram() {
        try {
            return binaries.program("postgres").toRealPath();
        } catch (IOException _) {
            return binaries.program("postgres");
        }
    }

    /** Leaves the server running after {@link #close} and after the end of this JVM. */
    public synchronized void leaveRunning() {
        stopAtExit.disarm();
        socketFolder.keep();
        process = null;
    }

    /** Stops it fast, or kills it if that fails, and removes the folder of its socket. */
    @Override
    public synchronized void close() {
        try {
            stop(Shutdown.FAST);
        } catch (EmbeddedPostgresException e) {
            LOG.warn("killing a server that does not stop data={}", dataDirectory, e);
            kill();
        }
        socketFolder.remove();
    }

    public synchronized boolean isRunning() {
        return process != null && process.isAlive();
    }

    /**
     * The process id of the postmaster.
     *
     * @throws IllegalStateException if it was never started
     */
    public synchronized long pid() {
        return running().pid();
    }

    public PostgresBinaries binaries() {
        return binaries;
    }

    /** The user that it runs as. */
    public UnprivilegedUser user() {
        return user;
    }

    /** On 127.0.0.1. */
    public int port() {
        return port;
    }

    /** The folder of the socket, what clients call {@code host}. */
    public Path socketDirectory() {
        return socketFolder.path();
    }

    /** For superuser {@code postgres}; further parameters follow after an ampersand. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:%d/%s?user=postgres"
                .formatted(port, URLEncoder.encode(database, StandardCharsets.UTF_8));
    }

    /** Its real path. */
    public Path dataDirectory() {
        return dataDirectory;
    }

    /** The file that its output is appended to. */
    public Path log() {
        return log.file();
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException("the server in '%s' was not started".formatted(dataDirectory));
        }
        return process;
    }

    private static boolean ends(Process process, Duration patience) {
        try {
            return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new NotStarted("interrupted while waiting for a server", "run it again");
        }
    }
}
