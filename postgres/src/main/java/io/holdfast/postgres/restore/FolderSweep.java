package io.holdfast.postgres.restore;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Removes what a backup does not have, while its tree is walked in path order: when the walk leaves a folder, the names in it
 * that were not met go. Memory is that of the folders on the way. What is mounted is never removed.
 */
final class FolderSweep {

    private record Level(Path folder, Set<Path> unmet) {}

    private final boolean sweeping;
    private final Predicate<Path> spared;
    private final Deque<Level> levels = new ArrayDeque<>();

    /**
     * @param sweeping false: nothing is removed
     * @param spared what stays although the backup does not have it
     */
    FolderSweep(boolean sweeping, Predicate<Path> spared) {
        this.sweeping = sweeping;
        this.spared = spared;
    }

    /** The backup has this name. */
    void meets(Path path) {
        leaveUntil(path.getParent());
        var level = levels.peek();
        if (level != null) {
            level.unmet().remove(path);
        }
    }

    /** Its content comes next. */
    void enters(Path folder) throws IOException {
        if (sweeping) {
            var names = new HashSet<Path>();
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
                entries.forEach(names::add);
            }
            levels.push(new Level(folder, names));
        }
    }

    void finish() {
        leaveUntil(null);
    }

    private void leaveUntil(@Nullable Path folder) {
        while (!levels.isEmpty() && !levels.element().folder().equals(folder)) {
            var level = levels.pop();
            level.unmet().stream().filter(spared.negate()).forEach(this::remove);
        }
    }

    void remove(Path path) {
        try {
            clear(path);
        } catch (IOException e) {
            throw RestoreException.io("remove", path, e);
        }
    }

    /** Removes what has this name, a link but not what it points to. */
    void clear(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                if (isMountPoint(folder)) {
                    throw RestoreException.mountPoint(folder);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException problem) throws IOException {
                if (problem != null) {
                    throw problem;
                }
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static boolean isMountPoint(Path folder) throws IOException {
        return !Files.getAttribute(folder, "unix:dev", LinkOption.NOFOLLOW_LINKS)
                .equals(Files.getAttribute(folder.toAbsolutePath().getParent(), "unix:dev"));
    }

    /** A folder and what is missing above it, closed to others. */
    static void createFolders(Path folder, FileOwner owner) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        var parent = folder.getParent();
        if (parent != null) {
            createFolders(parent, owner);
        }
        Files.createDirectory(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        owner.give(folder);
    }
}
