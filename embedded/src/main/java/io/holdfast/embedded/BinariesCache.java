package io.holdfast.embedded;

import io.holdfast.embedded.EmbeddedPostgresException.NotUnpacked;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The folder of unpacked archives, one folder for each content. An archive is unpacked under another name and renamed
 * when it is complete and forced to disk, so whatever has its final name is whole. Safe for several threads and several
 * processes: a file lock lets one unpack while the others wait.
 */
record BinariesCache(Path folder) {

    /** One lock per JVM: a second file lock on the same file within one JVM is an error, not a wait. */
    private static final Object ONE_AT_A_TIME = new Object();

    /**
     * {@code $HOLDFAST_HOME/postgres}; without that variable, {@code /var/cache/holdfast/postgres} for root, whose own
     * folders are closed to the user that runs the servers, and {@code ~/.cache/holdfast/postgres} for others.
     */
    static BinariesCache usual(Map<String, String> environment, String userHome, boolean root) {
        var home = environment.getOrDefault("HOLDFAST_HOME", "");
        if (!home.isEmpty()) {
            return new BinariesCache(Path.of(home, "postgres").toAbsolutePath());
        }
        // Java says "?" where the system does not know the user.
        var ofUser = Path.of("/").resolve(Path.of(userHome).isAbsolute() ? userHome : "");
        return new BinariesCache(
                root ? Path.of("/var/cache/holdfast/postgres") : ofUser.resolve(".cache/holdfast/postgres"));
    }

    /** Where the archive's content lies, unpacking it if that has not been done yet. */
    Path unpacked(BinariesArchive archive) {
        var place = folder.resolve(archive.folderName());
        if (Files.isDirectory(place)) {
            return place;
        }
        try {
            createReadableFolders(folder);
            synchronized (ONE_AT_A_TIME) {
                try (var lockFile = FileChannel.open(
                                folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        var _ = lockFile.lock()) {
                    if (!Files.isDirectory(place)) {
                        unpack(archive, place);
                    }
                }
            }
            return place;
        } catch (IOException e) {
            throw new NotUnpacked(
                    "cannot unpack PostgreSQL %s into '%s': %s".formatted(archive.version(), folder, e.getMessage()),
                    "see whether this user may write there, or set HOLDFAST_HOME to another folder",
                    e);
        }
    }

    private static void unpack(BinariesArchive archive, Path place) throws IOException {
        var partial = place.resolveSibling("." + place.getFileName() + ".partial");
        deleteTree(partial);
        Files.createDirectory(partial);
        Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString("rwxr-xr-x"));
        archive.unpackInto(partial);
        forceFiles(partial);
        Files.move(partial, place, StandardCopyOption.ATOMIC_MOVE);
    }

    /** A umask of 077 must not shut the servers' user out. */
    private static void createReadableFolders(@Nullable Path folder) throws IOException {
        if (folder == null || Files.isDirectory(folder)) {
            return;
        }
        createReadableFolders(folder.getParent());
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException _) {
            return;
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Sixteen at a time share a file system's commits: the 1070 files of 18 took 0.2 s, one by one 4 s. */
    private static void forceFiles(Path tree) throws IOException {
        try (var paths = Files.walk(tree);
                var threads = Executors.newFixedThreadPool(16)) {
            var forced = paths.filter(path -> !Files.isSymbolicLink(path))
                    .map(path -> CompletableFuture.runAsync(() -> force(path), threads))
                    .toArray(CompletableFuture<?>[]::new);
            CompletableFuture.allOf(forced).join();
        } catch (CompletionException e) {
            throw new IOException("cannot force %s to disk".formatted(tree), e);
        }
    }

    private static void force(Path path) {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deleteTree(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (var paths = Files.walk(tree)) {
            for (var path : paths.toList().reversed()) {
                Files.delete(path);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
