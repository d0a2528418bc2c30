package io.holdfast.postgres.restore.replay;

import java.nio.file.Path;

/**
 * The folder in a data directory through which script and prefetcher work together.
 *
 * <p>{@code history/} holds every timeline history of the repository; {@code wal/} complete segments, and markers
 * {@code <segment>.absent}; {@code wanted} says which segment the server asked for last, and whether it has it
 * ({@code taken}) or waits for it ({@code waiting}); {@code error} why the prefetcher gave up; {@code beat} changes every second while
 * one lives; {@code settings.conf} what has to go from the server's configuration when recovery has ended.
 */
public record ReplayFolder(Path path) {

    public static final String NAME = "holdfast-restore";

    public static ReplayFolder in(Path dataDirectory) {
        return new ReplayFolder(dataDirectory.resolve(NAME));
    }

    public Path catalogue() {
        return path.resolve("catalogue.json");
    }

    public Path script() {
        return path.resolve("restore_command");
    }

    /** The lines that this recovery needs in the server's configuration, as they were written there. */
    public Path settings() {
        return path.resolve("settings.conf");
    }

    public Path histories() {
        return path.resolve("history");
    }

    public Path wal() {
        return path.resolve("wal");
    }

    public Path wanted() {
        return path.resolve("wanted");
    }

    Path error() {
        return path.resolve("error");
    }

    Path beat() {
        return path.resolve("beat");
    }

    Path process() {
        return path.resolve("prefetch.pid");
    }

    Path lock() {
        return path.resolve("prefetch.lock");
    }

    /** The output of the prefetcher. */
    public Path log() {
        return path.resolve("prefetch.log");
    }

    /** In the data directory: removed by the server when recovery has ended. */
    public Path recoverySignal() {
        return path.resolveSibling("recovery.signal");
    }
}
