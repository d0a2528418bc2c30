package io.holdfast.demo;

import io.holdfast.demo.application.OptimalBuild;
import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.embedded.UnprivilegedUser;
import io.holdfast.postgres.archive.RecoverableTo;
import io.holdfast.postgres.capture.CaptureStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Everything that stands on the machine while the demo runs: the server, the application, the repository, the capture.
 */
final class Stage implements AutoCloseable {

    /** Source: src/backend/utils/errcodes.txt. */
    private static final String CANNOT_CONNECT_NOW = "57P03";

    private final Path folder;
    private final RepositoryPlace place;
    private final EmbeddedPostgres server;
    private final Product product;
    private Optional<OptimalBuild> application = Optional.empty();
    private Optional<Process> capture = Optional.empty();

    private Stage(Path folder, RepositoryPlace place, EmbeddedPostgres server, Product product) {
        this.folder = folder;
        this.place = place;
        this.server = server;
        this.product = product;
    }

    /** Makes a data directory and a configuration file in a new folder. */
    static Stage set(Path folder, RepositoryPlace place) throws IOException {
        var user = UnprivilegedUser.current();
        Files.createDirectories(folder.resolve("tmp"));
        user.own(folder);
        var binaries = PostgresBinaries.version18();
        var server = EmbeddedPostgres.initialise(binaries, folder.resolve("pgdata"), InitOptions.forTests());
        var configuration = folder.resolve("holdfast.yaml");
        Files.writeString(
                configuration,
                "repository:\n  key-file: %s/holdfast.key\n".formatted(folder)
                        + place.configuration()
                        + """
                member: demo
                state-directory: %1$s/state
                postgres:
                  host: 127.0.0.1
                  port: %2$d
                  user: postgres
                  bin-directory: %3$s
                backup:
                  jobs: %4$d
                """.formatted(
                                        folder,
                                        server.port(),
                                        binaries.program("postgres").getParent(),
                                        Runtime.getRuntime().availableProcessors()));
        user.own(folder);
        return new Stage(folder, place, server, Product.of(user, configuration, folder, place.environment()));
    }

    Path folder() {
        return folder;
    }

    RepositoryPlace place() {
        return place;
    }

    Path dataDirectory() {
        return folder.resolve("pgdata");
    }

    /** Where capture keeps its spool: what only this host has. */
    Path stateFolder() {
        return folder.resolve("state");
    }

    EmbeddedPostgres server() {
        return server;
    }

    Product product() {
        return product;
    }

    /** Starts the server and waits, also for a recovery, until it takes writes. */
    void startServer() throws Exception {
        server.environment(place.environment())
                .start(Map.of("summarize_wal", "on", "max_slot_wal_keep_size", "1GB"), Duration.ofMinutes(5));
        while (!takesWrites()) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** A server that recovers lets nobody look, unless it is to pause. */
    private boolean takesWrites() throws SQLException {
        try (var connection = DriverManager.getConnection(server.jdbcUrl("postgres"));
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT pg_is_in_recovery()")) {
            row.next();
            return !row.getBoolean(1);
        } catch (SQLException e) {
            if (CANNOT_CONNECT_NOW.equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }

    OptimalBuild makeApplication() throws Exception {
        var made = OptimalBuild.create(
                server.jdbcUrl("postgres"), server.jdbcUrl(OptimalBuild.database()), folder.resolve("truth.txt"));
        application = Optional.of(made);
        return made;
    }

    OptimalBuild application() {
        return application.orElseThrow();
    }

    void startCapture(String... options) {
        var words = new String[options.length + 1];
        words[0] = "capture";
        System.arraycopy(options, 0, words, 1, options.length);
        capture = Optional.of(product.start("capture.log", words));
    }

    void stopCapture() throws InterruptedException {
        if (capture.isPresent()) {
            capture.get().destroy();
            if (!capture.get().waitFor(30, TimeUnit.SECONDS)) {
                throw new DemoException(
                        "the capture does not stop", "look at '%s'".formatted(folder.resolve("capture.log")));
            }
        }
    }

    /** The end of the host: nothing gets a chance to say good-bye. */
    void killEverything() throws InterruptedException {
        server.kill();
        if (capture.isPresent()) {
            capture.get().toHandle().descendants().forEach(ProcessHandle::destroyForcibly);
            capture.get().destroyForcibly().waitFor();
        }
    }

    /** Waits until the capture has stored everything that the server had flushed when this was called. */
    void awaitCovered(Duration limit) throws Exception {
        var wanted = Instant.now();
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            var until = CaptureStatus.read(stateFolder())
                    .flatMap(CaptureStatus::recoverableTo)
                    .flatMap(RecoverableTo::coveredUntil);
            if (until.filter(time -> !time.isBefore(wanted)).isPresent()) {
                return;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new DemoException(
                        "the capture did not get as far as %s within %d s".formatted(wanted, limit.toSeconds()),
                        "look at '%s'".formatted(folder.resolve("capture.log")));
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** Up to when the capture says that nothing can be lost, whatever happens now. */
    Instant coveredUntil() {
        return CaptureStatus.read(stateFolder())
                .flatMap(CaptureStatus::recoverableTo)
                .flatMap(RecoverableTo::coveredUntil)
                .orElseThrow(() -> new DemoException(
                        "the capture does not say what is covered",
                        "look at '%s'".formatted(folder.resolve("capture.log"))));
    }

    /** Until this process is told to end, and then everything ends with it. */
    void stayOpen() throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::close));
        Thread.currentThread().join();
    }

    @Override
    public void close() {
        capture.ifPresent(Process::destroyForcibly);
        application.ifPresent(OptimalBuild::close);
        server.close();
    }
}
