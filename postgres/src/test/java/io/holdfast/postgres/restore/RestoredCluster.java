package io.holdfast.postgres.restore;

import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.SqlSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A restored server that a test looks at, and stops. */
final class RestoredCluster implements AutoCloseable {

    final RestoreResult result;
    final Path directory;
    private final Path sockets;
    final int port;

    private RestoredCluster(RestoreResult result, Path directory, Path sockets, int port) {
        this.result = result;
        this.directory = directory;
        this.sockets = sockets;
        this.port = port;
    }

    /** Restores and starts as {@code --start} does, on a socket of its own. */
    static RestoredCluster start(ProtectedCluster cluster, RestoreRequest request) {
        var how = new ServerStart(
                cluster.bin(),
                Map.of(
                        "listen_addresses", "",
                        "port", "5999",
                        "unix_socket_directories",
                                cluster.server.socketDirectory().toString()));
        var result = cluster.restore(request.withStart(how)).run();
        return ofRunning(result, request.directory());
    }

    /** Source: src/include/utils/pidfile.h: lines 4 and 5 are port and socket folder. */
    static RestoredCluster ofRunning(RestoreResult result, Path directory) {
        try {
            var lines = Files.readAllLines(directory.resolve("postmaster.pid"));
            return new RestoredCluster(result, directory, Path.of(lines.get(4)), Integer.parseInt(lines.get(3)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ConnectionSettings settings() {
        return ProtectedCluster.settings(sockets, port);
    }

    SqlSession session() {
        return SqlSession.open(settings());
    }

    List<String> list(String sql) {
        try (var session = session()) {
            return session.list(sql, row -> row.text("line"));
        }
    }

    @Override
    public void close() {
        result.serverPid().flatMap(ProcessHandle::of).ifPresent(server -> {
            try {
                server.destroy();
                server.onExit().get(1, TimeUnit.MINUTES);
            } catch (Exception e) {
                throw new AssertionError("the restored server does not stop", e);
            }
        });
    }
}
