package io.holdfast.postgres.restore;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Makes folders, links and files where they belong, in path order. What stands in their way is removed; with a {@link FolderSweep},
 * so is what the backup does not have.
 */
final class TargetTree {

    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OPEN_FOLDER = PosixFilePermissions.fromString("rwx------");

    private final Placement placement;
    private final FileOwner owner;
    private final FolderSweep sweep;

    /** What its owner may not write, and must until it is complete. */
    private final Map<Path, Set<PosixFilePermission>> closedAtTheEnd = new LinkedHashMap<>();

    TargetTree(Placement placement, FileOwner owner, FolderSweep sweep) {
        this.placement = placement;
        this.owner = owner;
        this.sweep = sweep;
    }

    void folder(Path path, int mode) {
        try {
            sweep.meets(path);
            if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) && !isLinkedPlace(path)) {
                sweep.clear(path);
                FolderSweep.createFolders(path, owner);
            }
            // PostgreSQL refuses a data directory that is open wider: checkDataDir in miscinit.c.
            permit(path, permissions(path.equals(placement.data()) ? mode & 0750 : mode), OPEN_FOLDER);
            owner.give(path);
            sweep.enters(path);
        } catch (IOException e) {
            throw RestoreException.io("make folder", path, e);
        }
    }

    /** pg_wal may lie on a disk of its own, and the folder of a tablespace may be a link; both stay where they are. */
    private boolean isLinkedPlace(Path path) {
        return Files.isDirectory(path)
                && (path.equals(placement.data().resolve("pg_wal"))
                        || path.equals(placement.data())
                        || placement.tablespaces().contains(path));
    }

    void link(Path path, Path target) {
        try {
            sweep.meets(path);
            var wanted = tablespaceLink(path, target);
            if (Files.isSymbolicLink(path) && Files.readSymbolicLink(path).equals(wanted)) {
                return;
            }
            sweep.clear(path);
            Files.createSymbolicLink(path, wanted);
            owner.give(path);
        } catch (IOException e) {
            throw RestoreException.io("make link", path, e);
        }
    }

    private Path tablespaceLink(Path path, Path target) {
        var name = path.getFileName().toString();
        if (placement.data().resolve("pg_tblspc").equals(path.getParent()) && name.matches("[0-9]{1,10}")) {
            return placement.tablespace(Long.parseLong(name)).orElse(target);
        }
        return target;
    }

    /** Makes an empty file, or keeps one that is there, no longer than it should be; whether it was there. */
    boolean file(Path path, int mode, long size) {
        try {
            sweep.meets(path);
            boolean existed = Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
            if (!existed) {
                sweep.clear(path);
                var parent = path.getParent();
                if (parent != null && !Files.isDirectory(parent)) {
                    FolderSweep.createFolders(parent, owner);
                }
                FileChannel.open(
                                path,
                                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                                PosixFilePermissions.asFileAttribute(PRIVATE))
                        .close();
            }
            var wanted = permissions(mode);
            if (existed || !wanted.equals(PRIVATE)) {
                permit(path, wanted, PRIVATE);
            }
            if (existed && Files.size(path) > size) {
                truncate(path, size);
            }
            owner.give(path);
            return existed;
        } catch (IOException e) {
            throw RestoreException.io("make file", path, e);
        }
    }

    /** @param needed by whoever fills it */
    private void permit(Path path, Set<PosixFilePermission> wanted, Set<PosixFilePermission> needed)
            throws IOException {
        var meanwhile = EnumSet.copyOf(needed);
        meanwhile.addAll(wanted);
        Files.setPosixFilePermissions(path, meanwhile);
        if (!meanwhile.equals(wanted)) {
            closedAtTheEnd.put(path, wanted);
        }
    }

    private static void truncate(Path path, long size) throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }

    /** When everything is filled. */
    void finish() {
        sweep.finish();
        closedAtTheEnd.forEach((path, permissions) -> {
            try {
                Files.setPosixFilePermissions(path, permissions);
            } catch (IOException e) {
                throw RestoreException.io("set the permissions of", path, e);
            }
        });
    }

    static Set<PosixFilePermission> permissions(int mode) {
        var permissions = EnumSet.noneOf(PosixFilePermission.class);
        int bit = 0400;
        // In this order: owner, group, others; read, write, execute.
        for (var permission : PosixFilePermission.values()) {
            if ((mode & bit) != 0) {
                permissions.add(permission);
            }
            bit >>= 1;
        }
        return permissions;
    }
}
