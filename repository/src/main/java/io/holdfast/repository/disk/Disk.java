package io.holdfast.repository.disk;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Durable files and directory entries. A write is durable only after {@link DurableFile#force}; a new name, a changed
 * name or a removal only after {@link #forceDirectory} of the folder that holds it (POSIX promises no less and no more).
 *
 * <p>Failures are {@link java.io.UncheckedIOException} with the {@link java.nio.file.FileSystemException} of the
 * system as their cause: {@link NoSpaceException}, {@link java.nio.file.AccessDeniedException} (also for a read-only
 * file system), {@link java.nio.file.NoSuchFileException} or another. Thread-safe.
 */
public interface Disk {

    /** Makes a folder and its missing parents durable, each entry forced in the folder above it. */
    void createDirectories(Path folder);

    /**
     * Makes a new, empty file.
     *
     * @throws java.io.UncheckedIOException over {@link java.nio.file.FileAlreadyExistsException} if the name is taken
     */
    DurableFile create(Path file);

    /** Opens an existing file for appending at its end and for reading. */
    DurableFile append(Path file);

    /** Opens an existing file for reading. */
    ReadableFile open(Path file);

    /**
     * Gives {@code file} a second name, failing if that is taken: the only way to publish a file without overwriting.
     *
     * @throws UnsupportedOperationException if the file system has no hard links
     */
    void link(Path file, Path name);

    /** Renames, replacing what was there, atomically. */
    void move(Path from, Path to);

    /**
     * Removes a file or an empty folder; nothing happens if it is absent.
     *
     * @throws java.io.UncheckedIOException over {@link java.nio.file.DirectoryNotEmptyException} if something is in it
     */
    void delete(Path path);

    /** Says of a file that it was modified at a time, durably. */
    void touch(Path file, Instant time);

    /** Makes all names in a folder durable. */
    void forceDirectory(Path folder);

    default boolean exists(Path path) {
        return find(path).isPresent();
    }

    /** What has this name, if it is a file or a folder; symbolic links are followed. */
    Optional<Entry> find(Path path);

    /**
     * The files and folders in a folder, sorted by name; empty if there is no such folder. Symbolic links and other
     * special files are left out.
     */
    List<Entry> list(Path folder);

    /** The same without names that are not {@code wanted}, on which a disk spends no more than it takes to read them. */
    default List<Entry> list(Path folder, Predicate<String> wanted) {
        return list(folder).stream().filter(entry -> wanted.test(entry.name())).toList();
    }

    /** Bytes that this user can still write to the file system that holds {@code path}. */
    long usableSpace(Path path);

    /**
     * One name in a folder.
     *
     * @param name the last segment of its path
     * @param size bytes; 0 for a folder
     */
    record Entry(String name, boolean isDirectory, long size, Instant modified) {}
}
