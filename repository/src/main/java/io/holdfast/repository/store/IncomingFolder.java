package io.holdfast.repository.store;

import io.holdfast.repository.disk.Disk;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * Where objects are written before they have their names: {@code .incoming}, in the store's folder so that it is on the
 * same file system.
 */
final class IncomingFolder {

    private static final String NAME = ".incoming";

    /** No writer leaves its temporary file untouched for so long; what is older was left by one that died. */
    private static final Duration STALE = Duration.ofHours(24);

    private final Path folder;
    private final RandomGenerator random;
    private final boolean hardLinks;

    private IncomingFolder(Path folder, RandomGenerator random, boolean hardLinks) {
        this.folder = folder;
        this.random = random;
        this.hardLinks = hardLinks;
    }

    static IncomingFolder open(Disk disk, Path root, InstantSource time, RandomGenerator random) {
        var folder = root.resolve(NAME);
        disk.createDirectories(folder);
        var leftovers = disk.list(folder);
        if (!leftovers.isEmpty()) {
            // Its writer may have died between giving a name and forcing it: what can be seen shall last.
            forceFolders(disk, root);
        }
        var staleBefore = time.instant().minus(STALE);
        leftovers.stream()
                .filter(leftover ->
                        !leftover.isDirectory() && leftover.modified().isBefore(staleBefore))
                .forEach(leftover -> disk.delete(folder.resolve(leftover.name())));
        return new IncomingFolder(folder, random, hasHardLinks(disk, folder, random));
    }

    /** Only a store that is there has it. */
    Path folder() {
        return folder;
    }

    boolean hardLinks() {
        return hardLinks;
    }

    Path newName() {
        return randomName(folder, random);
    }

    private static void forceFolders(Disk disk, Path folder) {
        for (var entry : disk.list(folder)) {
            if (entry.isDirectory() && ObjectKey.isValid(entry.name())) {
                forceFolders(disk, folder.resolve(entry.name()));
            }
        }
        disk.forceDirectory(folder);
    }

    private static boolean hasHardLinks(Disk disk, Path folder, RandomGenerator random) {
        var probe = randomName(folder, random);
        var second = randomName(folder, random);
        disk.create(probe).close();
        try {
            disk.link(probe, second);
            return true;
        } catch (UnsupportedOperationException e) {
            return false;
        } finally {
            disk.delete(second);
            disk.delete(probe);
        }
    }

    private static Path randomName(Path folder, RandomGenerator random) {
        return folder.resolve(
                HexFormat.of().toHexDigits(random.nextLong()) + HexFormat.of().toHexDigits(random.nextLong()));
    }
}
