package io.holdfast.postgres.backup;

import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.ServerAddress;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.testkit.NewCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/** A real server in a folder of its own, beside which tests may put what belongs to it. Closing it leaves nothing. */
final class TestCluster implements AutoCloseable {

    private final Path folder;
    private final EmbeddedPostgres server;
    private final Map<String, String> settings = new LinkedHashMap<>();

    private TestCluster(Path folder, EmbeddedPostgres server) {
        this.folder = folder;
        this.server = server;
        settings.putAll(Map.of("fsync", "off", "max_wal_size", "256MB", "autovacuum", "off"));
    }

    static TestCluster start() {
        return start(18, Map.of());
    }

    static TestCluster start(int major, Map<String, String> settings) {
        return create(major, InitOptions.forTests()).with(settings).run();
    }

    static TestCluster create(int major, InitOptions options) {
        var folder = newFolder();
        var server = NewCluster.initialise(PostgresBinaries.of(major), folder.resolve("the \"data\""), options);
        return new TestCluster(folder, server);
    }

    /** Takes over a data directory that lies in {@code folder}; both are removed at the end. */
    static TestCluster adopt(int major, Path folder, Path data) {
        return new TestCluster(folder, EmbeddedPostgres.adopt(PostgresBinaries.of(major), data));
    }

    static Path newFolder() {
        try {
            var folder = Files.createTempDirectory("holdfast it ");
            return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    TestCluster with(Map<String, String> more) {
        settings.putAll(more);
        return this;
    }

    TestCluster run() {
        server.start(settings);
        return this;
    }

    void restart() {
        server.stop(Shutdown.FAST);
        run();
    }

    EmbeddedPostgres server() {
        return server;
    }

    int major() {
        return server.binaries().major();
    }

    Path data() {
        return server.dataDirectory();
    }

    /** What holds the data directory and all that belongs to it. */
    Path folder() {
        return folder;
    }

    /** A new folder beside the data directory that the server's user owns. */
    Path folderBeside(String name) {
        try {
            var made = Files.createDirectory(folder.resolve(name));
            server.user().own(made);
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a file, and the folders above it, into PGDATA as the server's user would. */
    Path plant(String name, String content) {
        try {
            var file = data().resolve(name);
            Files.createDirectories(file.resolveSibling(""));
            Files.writeString(file, content);
            var relative = data().relativize(file);
            for (int names = 1; names <= relative.getNameCount(); names++) {
                server.user().own(data().resolve(relative.subpath(0, names)));
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ConnectionSettings connection() {
        var address = new ServerAddress.UnixSocket(server.socketDirectory(), server.port());
        return ConnectionSettings.of(address, "postgres", "postgres");
    }

    /** Its names are found in the schema public, as those of an application are. */
    SqlSession sql() {
        return sql("postgres");
    }

    SqlSession sql(String database) {
        var session = SqlSession.open(connection().withDatabase(database));
        session.execute("SET search_path = public");
        return session;
    }

    void execute(String... statements) {
        try (var session = sql()) {
            for (var statement : statements) {
                session.execute(statement);
            }
        }
    }

    void executeIn(String database, String statement) {
        try (var session = sql(database)) {
            session.execute(statement);
        }
    }

    String ask(String expression) {
        try (var session = sql()) {
            return session.one(
                    "SELECT (%s)::text AS answer".formatted(expression),
                    row -> row.textIfAny("answer").orElse(""));
        }
    }

    /** The file of a table's first segment. */
    Path fileOf(String table) {
        return data().resolve(ask("pg_relation_filepath('%s')".formatted(table)));
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
}
