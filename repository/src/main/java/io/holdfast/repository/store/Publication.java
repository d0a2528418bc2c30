package io.holdfast.repository.store;

import io.holdfast.repository.disk.Disk;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Objects;

/** How one object gets its name: durable, and never the name of another. */
final class Publication {

    private final Disk disk;
    private final Path root;
    private final DurableFolders folders;
    private final boolean hardLinks;
    private final ObjectKey key;
    private final Path folder;
    private final Path target;

    Publication(Disk disk, Path root, DurableFolders folders, boolean hardLinks, ObjectKey key) {
        this.disk = disk;
        this.root = root;
        this.folders = folders;
        this.hardLinks = hardLinks;
        this.key = key;
        this.target = root.resolve(key.text());
        this.folder = Objects.requireNonNull(target.getParent());
    }

    ObjectKey key() {
        return key;
    }

    /** Refuses early what {@link #publish} would refuse, before any data are written. */
    void refuseTakenName() {
        disk.find(target).ifPresent(entry -> {
            if (entry.isDirectory()) {
                throw nested();
            }
            // Who is told that it exists relies on it, and its own writer may not have come to this yet.
            makeNameDurable();
            throw new ObjectExistsException(root.toString(), key);
        });
        for (var above = folder; above != null && !above.equals(root); above = above.getParent()) {
            if (disk.find(above).filter(entry -> !entry.isDirectory()).isPresent()) {
                throw nested();
            }
        }
    }

    /** Gives a forced temporary file its name. When this fails, the name may be there, but then over the whole object. */
    void publish(Path temporary) {
        try {
            folders.ensure(folder);
            if (hardLinks) {
                disk.link(temporary, target);
            } else {
                refuseTakenName();
                disk.move(temporary, target);
            }
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof FileAlreadyExistsException) {
                refuseTakenName();
            }
            throw e;
        }
        makeNameDurable();
    }

    private void makeNameDurable() {
        folders.ensure(folder);
        disk.forceDirectory(folder);
    }

    private NestedKeyException nested() {
        return new NestedKeyException(root.toString(), key);
    }
}
