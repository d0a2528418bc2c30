package io.holdfast.embedded;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.holdfast.embedded.EmbeddedPostgresException.NotStopped;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A server that runs in a data directory of ours, whoever started it: it may have outlived the process that did.
 *
 * @param pid of its postmaster
 * @param port on 127.0.0.1
 * @param socketDirectory the private folder of its socket
 */
public record RunningServer(Path dataDirectory, long pid, int port, Path socketDirectory) {

    /** The server that takes connections in this data directory now; empty while one starts or stops. */
    public static Optional<RunningServer> in(Path dataDirectory) {
        try {
            var place = dataDirectory.toRealPath();
            var lines = Files.readAllLines(place.resolve("postmaster.pid"), ISO_8859_1);
            var pid = Long.parseLong(lines.getFirst().strip());
            if (PostmasterFile.in(place).stateOf(pid) != PostmasterFile.State.READY || !runs(place, pid)) {
                return Optional.empty();
            }
            var port = Integer.parseInt(lines.get(3).strip());
            return Optional.of(
                    new RunningServer(place, pid, port, Path.of(lines.get(4).strip())));
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException _) {
            return Optional.empty();
        }
    }

    /** Whether a server runs, starts or stops in this data directory. */
    public static boolean isAnyProcessIn(Path dataDirectory) {
        try {
            return !ServerProcesses.in(dataDirectory.toRealPath()).find().isEmpty();
        } catch (IOException _) {
            return false;
        }
    }

    /** The file of a killed server stays, and another process may have its process id. */
    private static boolean runs(Path dataDirectory, long pid) {
        return ServerProcesses.in(dataDirectory).find().stream().anyMatch(process -> process.pid() == pid);
    }

    /**
     * Stops it fast and removes the folder of its socket.
     *
     * @throws NotStopped if that takes too long; it is then still stopping
     */
    public void stop(PostgresBinaries binaries, Duration patience) {
        var outcome = UnprivilegedUser.ownerOf(dataDirectory)
                .run(
                        List.of(
                                binaries.program("pg_ctl").toString(),
                                "stop",
                                "--pgdata=" + dataDirectory,
                                "--mode=" + Shutdown.FAST.mode(),
                                "--timeout=" + patience.toSeconds()),
                        Map.of(),
                        patience.plusSeconds(5));
        if (!outcome.succeeded()) {
            throw new NotStopped(
                    "the server in '%s' does not stop: %s"
                            .formatted(dataDirectory, outcome.errors().strip()),
                    "see its log beside the data directory");
        }
        removeSocketDirectory();
    }

    private void removeSocketDirectory() {
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(socketDirectory)) {
            for (var leftover : leftovers) {
                Files.delete(leftover);
            }
            Files.delete(socketDirectory);
        } catch (IOException _) {
            // It is empty and ours; whoever cleans the temporary folder takes it.
        }
    }
}
