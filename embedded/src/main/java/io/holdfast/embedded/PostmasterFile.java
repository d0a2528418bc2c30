package io.holdfast.embedded;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a server says of itself in {@code postmaster.pid}; line 1 is its process id, line 8 its state. Source:
 * src/include/utils/pidfile.h.
 */
record PostmasterFile(Path file) {

    enum State {
        /** It is starting, or recovering and not yet consistent. */
        STARTING,
        /** It takes connections; during recovery, those that only read. */
        READY,
        /** It recovers and, by {@code hot_standby = off}, takes no connections. */
        STANDBY,
        STOPPING
    }

    static PostmasterFile in(Path dataDirectory) {
        return new PostmasterFile(dataDirectory.resolve("postmaster.pid"));
    }

    /** The state of the server with this process id; {@code STARTING} while the file is absent, partial or another's. */
    State stateOf(long pid) {
        try {
            var lines = Files.readAllLines(file, ISO_8859_1);
            if (lines.size() < 8 || !lines.getFirst().strip().equals(Long.toString(pid))) {
                return State.STARTING;
            }
            return switch (lines.get(7).strip()) {
                case "ready" -> State.READY;
                case "standby" -> State.STANDBY;
                case "stopping" -> State.STOPPING;
                default -> State.STARTING;
            };
        } catch (IOException _) {
            return State.STARTING;
        }
    }
}
