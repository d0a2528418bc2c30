package io.holdfast.demo;

import io.holdfast.embedded.ServerProcesses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The server that is the database of the application now: the first one, or one that a run has restored.
 *
 * @param port on 127.0.0.1
 */
record LiveServer(Path dataDirectory, int port) {

    String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:%d/%s?user=postgres".formatted(port, database);
    }

    /** As the loss of the machine would. */
    void kill() {
        if (!Files.isDirectory(dataDirectory)) {
            return;
        }
        try {
            ServerProcesses.in(dataDirectory.toRealPath()).kill();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
