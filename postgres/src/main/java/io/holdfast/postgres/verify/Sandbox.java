package io.holdfast.postgres.verify;

import io.holdfast.embedded.ServerProcesses;
import io.holdfast.embedded.UnprivilegedUser;
import io.holdfast.postgres.restore.replay.HeldFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder in which a backup is restored and its server runs, for a while. It is removed when it is closed. Of a process that was
 * killed the next one that uses the same folder above it finds it: a living process has a lock on a file in it, which also
 * counts where process numbers do not, between containers. What runs in it is killed then.
 */
final class Sandbox implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Sandbox.class);

    private static final String PREFIX = "holdfast-verify-";
    private static final String LOCK = "lock";
    private static final int ATTEMPTS = 3;

    /** Source: UNIXSOCK_PATH_BUFLEN, sizeof sun_path, with its zero at the end. */
    private static final int LONGEST_SOCKET = 107;

    static final int PORT = 5432;

    /** Those of this process: to look at their locks would end them. */
    private static final Set<Path> IN_USE = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel lock;

    private Sandbox(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /** Makes one in a folder that is there. */
    static Sandbox create(Path above) {
        try {
            var folder = Files.createDirectory(
                    above.toRealPath().resolve(PREFIX + suffix()),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            if (!UnprivilegedUser.current().isOurselves()) {
                // The server's user has folders of its own in it.
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
            }
            // Whoever may read it could lock it, and keep it from being removed.
            var lock = FileChannel.open(
                    folder.resolve(LOCK),
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            if (lock.tryLock() == null) {
                throw new IOException("another process has removed it");
            }
            IN_USE.add(folder);
            return new Sandbox(folder, lock).requireShortSocket();
        } catch (IOException e) {
            throw SandboxException.notMade(above, e);
        }
    }

    /** Short, for the path of the socket. */
    private static String suffix() {
        var random = new byte[4];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private Sandbox requireShortSocket() {
        var socket = sockets().resolve(".s.PGSQL." + PORT);
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_SOCKET) {
            close();
            throw SandboxException.socketPath(socket);
        }
        return this;
    }

    /**
     * Removes what killed processes have left in a folder; those that are in use, or kept, stay, and so does what cannot be removed, which
     * keeps nobody from working beside it. The paths of what is gone.
     */
    static List<Path> sweep(Path above) {
        var gone = new ArrayList<Path>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(above.toRealPath(), PREFIX + "*")) {
            for (var folder : found) {
                if (!IN_USE.contains(folder) && isOurs(folder) && isLeft(folder) && isRemoved(folder)) {
                    gone.add(folder);
                }
            }
        } catch (IOException e) {
            throw SandboxException.notMade(above, e);
        }
        return gone;
    }

    private static boolean isRemoved(Path folder) {
        try {
            remove(folder);
            return true;
        } catch (IOException e) {
            LOG.warn("what a verification that was killed has left cannot be removed sandbox={}", folder, e);
            return false;
        }
    }

    /** Others may have put anything under such a name where everybody may write. */
    private static boolean isOurs(Path folder) throws IOException {
        try {
            return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                    && Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS)
                            .equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    /** One without a lock file is just being made, or was kept. */
    private static boolean isLeft(Path folder) throws IOException {
        try (var lock = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            return lock.tryLock() != null;
        } catch (NoSuchFileException | OverlappingFileLockException _) {
            return false;
        }
    }

    Path folder() {
        return folder;
    }

    /** What becomes PGDATA. */
    Path data() {
        return folder.resolve("data");
    }

    /** Where the server listens. */
    Path sockets() {
        return folder.resolve("socket");
    }

    /** Kills whatever runs in it. From any thread. */
    void kill() {
        ServerProcesses.in(data()).kill();
    }

    /** Leaves it to a person. */
    void keep() {
        try {
            Files.deleteIfExists(folder.resolve(LOCK));
            lock.close();
            IN_USE.remove(folder);
        } catch (IOException e) {
            throw SandboxException.notRemoved(folder, e);
        }
    }

    /** Removes it, with what runs in it, also in a thread that was interrupted. */
    @Override
    public void close() {
        if (!IN_USE.contains(folder)) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try (lock) {
            remove(folder);
            IN_USE.remove(folder);
        } catch (IOException e) {
            throw SandboxException.notRemoved(folder, e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What a process writes at the last moment may need another look. */
    private static void remove(Path folder) throws IOException {
        for (int attempt = 1; Files.exists(folder, LinkOption.NOFOLLOW_LINKS); attempt++) {
            ServerProcesses.in(folder.resolve("data")).kill();
            try (var sandbox = HeldFolder.open(folder, UnprivilegedUser.current());
                    var above =
                            HeldFolder.open(Objects.requireNonNull(folder.getParent()), UnprivilegedUser.current())) {
                // By the lock it is found again if this fails.
                for (var name : sandbox.names()) {
                    if (!name.equals(LOCK)) {
                        sandbox.remove(name);
                    }
                }
                above.remove(folder.getFileName().toString());
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }
}
