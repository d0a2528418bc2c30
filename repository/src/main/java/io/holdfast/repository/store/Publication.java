package io.holdfast.repository.store;

import io.holdfast.repository.disk.Disk;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;

/** How one object gets its name: durable, and never the name of another. */
final class Publication {

    /** A keeper removes a folder at most once for each object that was in it. */
    private static final int TRIES = 5;

    /** Clocks of file systems may be coarse. */
    private static final Duration ROUNDED = Duration.ofSeconds(2);

    private final Disk disk;
    private final Path root;
    private final InstantSource time;
    private final DurableFolders folders;
    private final boolean hardLinks;
    private final ObjectKey key;
    private final Path folder;
    private final Path target;

    Publication(Disk disk, Path root, InstantSource time, DurableFolders folders, boolean hardLinks, ObjectKey key) {
        this.disk = disk;
        this.root = root;
        this.time = time;
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
        for (int triesLeft = TRIES; ; triesLeft--) {
            try {
                giveName(temporary);
                break;
            } catch (UncheckedIOException e) {
                if (e.getCause() instanceof FileAlreadyExistsException) {
                    refuseTakenName();
                }
                // A keeper removed the folder as empty, after we had seen it.
                if (!isMissingFolder(e) || triesLeft == 1) {
                    throw e;
                }
                folders.forget(folder);
            }
        }
        makeNameDurable();
        tellWhen(target);
    }

    /** Made by another and gone again, it is told as one that exists and is no folder. */
    private static boolean isMissingFolder(UncheckedIOException e) {
        return e.getCause() instanceof NoSuchFileException || e.getCause() instanceof FileAlreadyExistsException;
    }

    /**
     * Lets a file be as old as its name. Between its last byte and the name may lie hours, if the machine slept or the disk hung, and what was
     * stored too late must not seem to have been stored in time.
     */
    private void tellWhen(Path file) {
        var now = time.instant();
        if (disk.find(file)
                .filter(entry -> entry.modified().isBefore(now.minus(ROUNDED)))
                .isPresent()) {
            disk.touch(file, now);
        }
    }

    private void giveName(Path temporary) {
        folders.ensure(folder);
        tellWhen(temporary);
        if (hardLinks) {
            disk.link(temporary, target);
        } else {
            refuseTakenName();
            disk.move(temporary, target);
        }
    }

    private void makeNameDurable() {
        folders.ensure(folder);
        disk.forceDirectory(folder);
    }

    private NestedKeyException nested() {
        return new NestedKeyException(root.toString(), key);
    }
}
