package io.holdfast.postgres.capture;

import io.holdfast.postgres.cluster.ControlFile;
import io.holdfast.postgres.cluster.ServerAddress;
import io.holdfast.postgres.cluster.ServerFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * How fast a server writes WAL, and when that fills its disk should nothing free any: what an agent that stops, and whose
 * slot has no limit, brings about. Confined to one thread.
 */
final class WalGrowth {

    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final Duration LEAST = Duration.ofSeconds(3);
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1");

    private final Deque<ServerClockReading> readings = new ArrayDeque<>();
    private Optional<Path> folder = Optional.empty();

    /** Another connection, perhaps to another server: its WAL is looked at if it lies on this host. */
    void connected(ServerAddress address, ServerFacts facts) {
        readings.clear();
        folder = facts.files()
                .dataDirectory()
                .filter(directory -> isHere(address) && isOf(facts, directory))
                .map(directory -> directory.resolve("pg_wal"));
    }

    private static boolean isHere(ServerAddress address) {
        return switch (address) {
            case ServerAddress.UnixSocket _ -> true;
            case ServerAddress.Tcp tcp -> LOOPBACK.contains(tcp.host());
        };
    }

    /** The path alone does not say it: a port may be forwarded, and most hosts name this folder alike. */
    private static boolean isOf(ServerFacts facts, Path directory) {
        try {
            return ControlFile.parse(Files.readAllBytes(directory.resolve("global/pg_control")))
                    .filter(control -> control.systemIdentifier().equals(facts.systemIdentifier()))
                    .isPresent();
        } catch (IOException _) {
            return false;
        }
    }

    void add(ServerClockReading reading) {
        if (!readings.isEmpty() && !readings.getLast().timeline().equals(reading.timeline())) {
            readings.clear();
        }
        readings.addLast(reading);
        while (age().compareTo(WINDOW) > 0) {
            readings.removeFirst();
        }
    }

    private Duration age() {
        return Duration.between(readings.getFirst().clock(), readings.getLast().clock());
    }

    /** Empty while it is not known, and while no WAL is written. */
    OptionalLong secondsToFullDisk() {
        if (folder.isEmpty() || readings.isEmpty() || age().compareTo(LEAST) < 0) {
            return OptionalLong.empty();
        }
        long written = readings.getLast().flushed().minus(readings.getFirst().flushed());
        if (written <= 0) {
            return OptionalLong.empty();
        }
        try {
            long free = Files.getFileStore(folder.get().toRealPath()).getUsableSpace();
            return OptionalLong.of((long) ((double) free * age().toMillis() / 1000 / written));
        } catch (IOException _) {
            return OptionalLong.empty();
        }
    }
}
