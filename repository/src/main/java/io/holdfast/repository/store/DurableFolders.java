package io.holdfast.repository.store;

import io.holdfast.repository.disk.Disk;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
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
