package io.holdfast.demo;

import io.holdfast.demo.application.OptimalBuild;
import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.embedded.UnprivilegedUser;
import io.holdfast.postgres.archive.RecoverableTo;
import io.holdfast.postgres.capture.CaptureStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Everything that stands on the machine while the demo runs: the server, the application, the repository, the capture.
 */
final class Stage implements AutoCloseable {

    private final Path folder;
    private final RepositoryPlace place;
    private final EmbeddedPostgres first;
    private final Product product;
    private final LiveServer restored;
    private LiveServer live;
    private Optional<OptimalBuild> application = Optional.empty();
    private Optional<Process> capture = Optional.empty();

    private Stage(Path folder, RepositoryPlace place, EmbeddedPostgres server, Product product) throws IOException {
        this.folder = folder;
        this.place = place;
        this.first = server;
        this.live = new LiveServer(server.dataDirectory(), server.port());
        this.restored = new LiveServer(folder.resolve("restored"), freePort());
        this.product = product;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Makes a data directory, a configuration file and a plan in a new folder. */
    static Stage set(Path folder, RepositoryPlace place) throws IOException {
        var user = UnprivilegedUser.current();
        Files.createDirectories(folder.resolve("tmp"));
        Files.createDirectories(folder.resolve("application"));
        user.own(folder);
        var binaries = PostgresBinaries.version18();
        var server = EmbeddedPostgres.initialise(binaries, folder.resolve("pgdata"), InitOptions.forTests());
        Files.writeString(
                server.dataDirectory().resolve("postgresql.conf"),
                """
                # What a restored server needs to find here, too.
                port = %d
                listen_addresses = '127.0.0.1'
                unix_socket_directories = ''
                summarize_wal = on
                max_slot_wal_keep_size = 1GB
                """.formatted(server.port()),
                StandardOpenOption.APPEND);
        var configuration = folder.resolve("holdfast.yaml");
        var product = Product.of(user, configuration, folder, place.environment());
        var stage = new Stage(folder, place, server, product);
        stage.configure();
        user.own(folder);
        return stage;
    }

    /** As it is for the server that is live. */
    private void configure() throws IOException {
        Files.writeString(
                folder.resolve("holdfast.yaml"),
                "repository:\n  key-file: %s/holdfast.key\n".formatted(folder)
                        + place.configuration()
                        + """
                member: demo
                state-directory: %1$s/state
                evidence-key-file: %1$s/operator/evidence-key
                postgres:
                  host: 127.0.0.1
                  port: %2$d
                  user: postgres
                  bin-directory: %3$s
                backup:
                  jobs: %4$d
                """.formatted(
                                        folder,
                                        live.port(),
                                        first.binaries().program("postgres").getParent(),
                                        Runtime.getRuntime().availableProcessors()));
    }

    Path folder() {
        return folder;
    }

    RepositoryPlace place() {
        return place;
    }

    /** Where capture keeps its spool: what only this host has. */
    Path stateFolder() {
        return folder.resolve("state");
    }

    /** The plan, for what stands on this machine. */
    Path plan() {
        return folder.resolve("plan.yaml");
    }

    private void writePlan() throws IOException {
        LocalPlan.write(
                plan(),
                Map.of(
                        "health", application().healthUrl().toString(),
                        "switch", folder.resolve("application/switch-database").toString(),
                        "server", "127.0.0.1:" + live.port(),
                        "recovery-directory", restored.dataDirectory().toString(),
                        "recovery-port", Integer.toString(restored.port()),
                        "repository", place.location(),
                        "key-file", folder.resolve("holdfast.key").toString()));
    }

    /** Where runs restore to. */
    LiveServer restored() {
        return restored;
    }

    LiveServer server() {
        return live;
    }

    /** A run has restored the database, and the application uses it: what was damaged is put away. */
    void moveToRestored() throws IOException {
        if (!restored.equals(live)) {
            live.kill();
            live = restored;
            configure();
        }
    }

    Product product() {
        return product;
    }

    /** For the first time; later ones are started by the runs that restore them. */
    void startServer() {
        first.environment(place.environment()).start();
    }

    OptimalBuild makeApplication() throws Exception {
        var made = OptimalBuild.create(live.port(), folder.resolve("truth.txt"));
        application = Optional.of(made);
        made.serve(folder.resolve("application"));
        writePlan();
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
        live.kill();
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
        live.kill();
        first.close();
    }
}
