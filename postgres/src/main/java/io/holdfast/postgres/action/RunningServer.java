package io.holdfast.postgres.action;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a server says of itself in {@code postmaster.pid}. Source: src/include/utils/pidfile.h.
 *
 * @param port empty text until it knows it, and so are the next ones
 * @param state {@code ready}, {@code standby}, {@code starting} or {@code stopping}
 */
record RunningServer(long pid, String port, String socketFolder, String listen, String state) {

    private static final int MOST_DIGITS = 10;

    /** Empty if none runs in the directory. */
    static Optional<RunningServer> in(Path directory) {
        try {
            var lines = Files.readAllLines(directory.resolve("postmaster.pid"), StandardCharsets.ISO_8859_1);
            var pid = lines.isEmpty() ? "" : lines.getFirst().strip();
            if (!pid.matches("[0-9]{1,%d}".formatted(MOST_DIGITS)) || !worksIn(Long.parseLong(pid), directory)) {
                return Optional.empty();
            }
            return Optional.of(new RunningServer(
                    Long.parseLong(pid), line(lines, 3), line(lines, 4), line(lines, 5), line(lines, 7)));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw HostException.io("read", directory.resolve("postmaster.pid"), e);
        }
    }

    private static String line(List<String> lines, int index) {
        return index < lines.size() ? lines.get(index).strip() : "";
    }

    /** The file stays when a server is killed, and its process id may become another program's. */
    private static boolean worksIn(long pid, Path directory) {
        try {
            return Files.isSameFile(Path.of("/proc", Long.toString(pid), "cwd"), directory);
        } catch (IOException _) {
            return false;
        }
    }

    boolean takesConnections() {
        return state.equals("ready");
    }

    /** As the input {@code server} of actions takes it: over TCP where it listens there, for that is what applications need. */
    String address() {
        var host = switch (listen) {
            case "" -> socketFolder;
            case "*", "localhost" -> "localhost";
            case "0.0.0.0" -> "127.0.0.1";
            case "::" -> "[::1]";
            default -> listen.contains(":") ? "[" + listen + "]" : listen;
        };
        return host + ":" + port;
    }
}
