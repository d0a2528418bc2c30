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
import java.util.SequencedMap;
import java.util.Set;

/**
 * Makes folders, links and files where they belong, in path order. What stands in their way is removed; with a {@link FolderSweep},
 * so is what the backup does not have.
 */
final class TargetTree {

    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rw-------");

    private final Placement placement;
    private final FileOwner owner;
    private final FolderSweep sweep;

    /** Few: the server's own files can all be written to. */
    private final SequencedMap<Path, Set<PosixFilePermission>> narrower = new LinkedHashMap<>();

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
            permit(path, path.equals(placement.data()) ? mode & 0750 : mode, 0700);
            owner.give(path);
            sweep.enters(path);
        } catch (IOException e) {
            throw RestoreException.io("make folder", path, e);
        }
    }

    /** Not yet less than it takes to fill it. */
    private void permit(Path path, int mode, int needed) throws IOException {
        Files.setPosixFilePermissions(path, permissions(mode | needed));
        if ((mode & needed) != needed) {
            narrower.put(path, permissions(mode));
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
            if (existed) {
                permit(path, mode, 0600);
                if (Files.size(path) > size) {
                    truncate(path, size);
                }
            } else {
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
            if (!existed && mode != 0600) {
                permit(path, mode, 0600);
            }
            owner.give(path);
            return existed;
        } catch (IOException e) {
            throw RestoreException.io("make file", path, e);
        }
    }

    private static void truncate(Path path, long size) throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }

    /** When all files are filled; what is in a folder comes before the folder. */
    void finish() {
        sweep.finish();
        narrower.reversed().forEach((path, permissions) -> {
            try {
                Files.setPosixFilePermissions(path, permissions);
            } catch (IOException e) {
                throw RestoreException.io("change the permissions of", path, e);
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
