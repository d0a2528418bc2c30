package io.holdfast.postgres;

import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.ServerAddress;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.replication.ReplicationClient;
import io.holdfast.testkit.NewCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/** A real server for one test class: hostile where it can be, fast to make, gone without a trace. */
public final class LiveServer implements AutoCloseable {

    private final Path folder;
    private final EmbeddedPostgres server;
    private final Map<String, String> settings = new LinkedHashMap<>();

    private LiveServer(Path folder, EmbeddedPostgres server) {
        this.folder = folder;
        this.server = server;
    }

    public static LiveServer start(Map<String, String> settings) {
        return start(PostgresBinaries.version18(), settings);
    }

    public static LiveServer start(PostgresBinaries binaries, Map<String, String> settings) {
        var folder = traversableFolder();
        var options = InitOptions.forTests().withWalSegmentMegabytes(1);
        var server = NewCluster.initialise(binaries, folder.resolve("it's a cluster"), options);
        var live = new LiveServer(folder, server);
        live.settings.putAll(Map.of("fsync", "off", "max_wal_size", "64MB", "wal_keep_size", "64MB"));
        live.settings.putAll(settings);
        server.start(live.settings);
        return live;
    }

    public EmbeddedPostgres server() {
        return server;
    }

    public Path data() {
        return server.dataDirectory();
    }

    public ConnectionSettings tcp() {
        return ConnectionSettings.of(new ServerAddress.Tcp("127.0.0.1", server.port()), "postgres", "postgres");
    }

    public ConnectionSettings socket() {
        return tcp().withAddress(new ServerAddress.UnixSocket(server.socketDirectory(), server.port()));
    }

    public SqlSession sql() {
        return SqlSession.open(socket());
    }

    public ReplicationClient replication() {
        return ReplicationClient.connect(tcp(), InstantSource.system(), Duration.ofSeconds(10));
    }

    public void execute(String sql) {
        try (var session = sql()) {
            session.execute(sql);
        }
    }

    public String ask(String sql) {
        try (var session = sql()) {
            return session.one(sql, row -> row.textIfAny("answer").orElse(""));
        }
    }

    public void set(String name, String value) {
        settings.put(name, value);
    }

    public void restart(Shutdown how) {
        server.stop(how);
        server.start(settings);
    }

    public void write(String name, String content) {
        try {
            var file = data().resolve(name);
            Files.deleteIfExists(file);
            Files.writeString(file, content);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            server.user().own(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a signal to a process of the server. */
    public void signal(String signal, long pid) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.close();
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path traversableFolder() {
        try {
            var folder = Files.createTempDirectory("holdfast it ");
            return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
