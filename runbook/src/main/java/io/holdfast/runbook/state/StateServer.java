package io.holdfast.runbook.state;

import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.embedded.RunningServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server of a state directory. Whichever process holds the lock of file {@code owner} owns it and starts it. The
 * others attach; one of them gets the lock when the owner is gone, and takes a server that outlived its owner as it is.
 * All share the lock of file {@code users}: who leaves and can have that alone is the last one, and stops the server
 * while nobody can come. Thread-safe by its monitor.
 */
final class StateServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StateServer.class);

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration HANDOVER = Duration.ofSeconds(10);
    private static final Map<String, String> SETTINGS =
            Map.of("shared_buffers", "64MB", "max_connections", "200", "log_min_messages", "warning");

    /** Locks belong to a process, and end when it closes any channel to the file: within it, all use the same. */
    private static final Map<Path, StateServer> OPEN = new HashMap<>();

    private final Path folder;
    private final Path data;
    private final PostgresBinaries binaries = PostgresBinaries.version18();
    private final FileChannel owner;
    private final FileChannel users;
    private final FileLock presence;
    private @Nullable FileLock lock;
    private int uses;

    private StateServer(Path folder) throws IOException {
        this.folder = folder;
        this.data = folder.resolve("data");
        this.owner = channel("owner");
        this.users = channel("users");
        this.presence = users.lock(0, Long.MAX_VALUE, true);
    }

    private FileChannel channel(String name) throws IOException {
        return FileChannel.open(
                folder.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** Waits while another process stops the server. To be closed as often as it is opened. */
    static StateServer open(Path folder) {
        try {
            Files.createDirectories(folder);
            var place = folder.toRealPath();
            Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwx--x--x"));
            synchronized (OPEN) {
                var server = OPEN.get(place);
                if (server == null) {
                    server = new StateServer(place);
                    OPEN.put(place, server);
                }
                server.uses++;
                return server;
            }
        } catch (IOException e) {
            throw new StateException(
                    "cannot use state directory '%s'".formatted(folder),
                    "see its permissions, or name another with --state",
                    e);
        }
    }

    /** Becomes the owner where there is none, and starts the server where none runs, starts or stops. */
    synchronized void ensure() {
        if (!own() || RunningServer.isAnyProcessIn(data)) {
            return;
        }
        var server =
                Files.exists(data.resolve("PG_VERSION")) ? EmbeddedPostgres.adoptAsOwner(binaries, data) : initialise();
        server.start(SETTINGS);
        server.leaveRunning();
        LOG.info("started the state server data={} port={}", data, server.port());
    }

    private boolean own() {
        try {
            if (lock == null) {
                lock = owner.tryLock();
            }
            return lock != null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Beside its final name first: an interrupted initdb leaves nothing that looks like a cluster. */
    private EmbeddedPostgres initialise() {
        try {
            requireNothingThere();
            var unfinished = folder.resolve("unfinished");
            deleteTree(unfinished);
            var password = HexFormat.of().formatHex(new SecureRandom().generateSeed(24));
            writePassword(password);
            EmbeddedPostgres.initialise(binaries, unfinished, InitOptions.withPassword(password));
            Files.move(unfinished, data, StandardCopyOption.ATOMIC_MOVE);
            return EmbeddedPostgres.adopt(binaries, data);
        } catch (IOException e) {
            throw new StateException(
                    "cannot make the state database in '%s'".formatted(folder), "see space and permissions", e);
        }
    }

    /** What cannot be looked into may be a cluster, and its password must stay. */
    private void requireNothingThere() throws IOException {
        if (!Files.exists(data)) {
            return;
        }
        try (var content = Files.newDirectoryStream(data)) {
            if (!content.iterator().hasNext()) {
                return;
            }
        } catch (AccessDeniedException _) {
            // Said below.
        }
        throw new StateException(
                "'%s' is no database that this user can open".formatted(data),
                "it belongs to user '%s': run as that one, or name another folder with --state"
                        .formatted(Files.getOwner(data).getName()),
                null);
    }

    private void writePassword(String password) throws IOException {
        var temporary = folder.resolve("password.new");
        Files.deleteIfExists(temporary);
        Files.createFile(temporary, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(temporary, password);
        Files.move(temporary, folder.resolve("password"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void deleteTree(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (var files = Files.walk(tree)) {
            for (var file : files.toList().reversed()) {
                Files.delete(file);
            }
        }
    }

    Optional<RunningServer> running() {
        return RunningServer.in(data);
    }

    String password() throws IOException {
        return Files.readString(folder.resolve("password"));
    }

    /** Stops the server if nobody else uses it; otherwise one of the others takes it over. */
    @Override
    public void close() {
        synchronized (OPEN) {
            uses--;
            if (uses == 0) {
                OPEN.remove(folder);
                leave();
            }
        }
    }

    private synchronized void leave() {
        try (owner;
                users) {
            presence.release();
            if (users.tryLock() != null && ownSoon()) {
                running().ifPresent(server -> server.stop(binaries, PATIENCE));
            }
        } catch (IOException e) {
            LOG.warn("cannot give up the state directory folder={}", folder, e);
        }
    }

    /** Whoever has left just before, and was not the last one, may not have given it up yet. */
    private boolean ownSoon() {
        var end = System.nanoTime() + HANDOVER.toNanos();
        while (!own()) {
            if (System.nanoTime() > end) {
                return false;
            }
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
        return true;
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
