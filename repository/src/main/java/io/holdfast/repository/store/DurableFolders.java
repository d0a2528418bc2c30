package io.holdfast.repository.store;

import io.holdfast.repository.disk.Disk;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Folders whose own names are known to be durable. That a folder exists is not enough: another writer may have made it a
 * moment ago, or died before forcing it, and an object beneath it would be lost with it. So each is forced in the folder
 * above it once per process. Thread-safe.
 */
final class DurableFolders {

    private final Disk disk;
    private final Path root;
    private final Set<Path> known = ConcurrentHashMap.newKeySet();

    DurableFolders(Disk disk, Path root) {
        this.disk = disk;
        this.root = root;
    }

    /** Makes sure that a folder at or beneath the root is there and stays there. */
    void ensure(Path folder) {
        var parent = folder.getParent();
        if (folder.equals(root) || known.contains(folder) || parent == null) {
            return;
        }
        ensure(parent);
        disk.createDirectories(folder);
        disk.forceDirectory(parent);
        known.add(folder);
    }

    /** A folder that somebody may have removed since, with those above it that are known. */
    void forget(Path folder) {
        for (var above = folder; above != null && !above.equals(root); above = above.getParent()) {
            known.remove(above);
        }
    }

    /**
     * Makes durable that something was removed from a folder. If the folder has gone, too, another has removed it as empty, and that is
     * made durable instead.
     */
    void forceRemoval(Path folder) {
        var existing = folder;
        while (existing.startsWith(root)) {
            try {
                disk.forceDirectory(existing);
                prune(existing);
                return;
            } catch (UncheckedIOException e) {
                if (!(e.getCause() instanceof NoSuchFileException)) {
                    throw e;
                }
                existing = Objects.requireNonNull(existing.getParent());
            }
        }
    }

    /**
     * Removes a folder and those above it that hold nothing any more, down to but not including the folders of the root. A
     * writer that has relied on one finds out when it gives its object a name there, and makes it again: {@link Publication}.
     * Those of the root stay, since several writers share them, and one could rely on what another has not yet forced.
     */
    private void prune(Path folder) {
        var empty = folder;
        while (empty != null && isBelowFirstLevel(empty)) {
            try {
                known.remove(empty);
                disk.delete(empty);
            } catch (UncheckedIOException e) {
                if (e.getCause() instanceof DirectoryNotEmptyException) {
                    return;
                }
                throw e;
            }
            empty = empty.getParent();
        }
    }

    private boolean isBelowFirstLevel(Path folder) {
        return folder.startsWith(root) && folder.getNameCount() > root.getNameCount() + 1;
    }

    /**
     * Forces the names of a store's folder and of those above it, which an earlier try may have made and left unforced. A
     * folder that we may not even list was made by somebody else, and long ago.
     */
    static void forceAbove(Disk disk, Path root) {
        for (var above = root.getParent(); above != null; above = above.getParent()) {
            try {
                disk.forceDirectory(above);
            } catch (UncheckedIOException e) {
                if (!(e.getCause() instanceof AccessDeniedException)) {
                    throw e;
                }
            }
        }
    }
}
