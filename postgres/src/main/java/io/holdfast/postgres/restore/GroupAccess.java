package io.holdfast.postgres.restore;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/**
 * The group of a data directory. Where it may read that ({@code initdb --allow-group-access}), the server lets it read every
 * file: so must a restore with those that it makes itself, or the group that took this backup could not take another. Source:
 * SetDataDirectoryCreatePerm in file_perm.c.
 */
final class GroupAccess {

    private static final Set<PosixFilePermission> READ = EnumSet.of(PosixFilePermission.GROUP_READ);

    private static final Set<PosixFilePermission> ENTER =
            EnumSet.of(PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_EXECUTE);

    private GroupAccess() {}

    /**
     * Lets the group read all that is in a data directory, if it may read that; links are not followed.
     *
     * @param but what stays closed: it is in no backup
     */
    static void extend(Path directory, Path but) throws IOException {
        if (!Files.getPosixFilePermissions(directory).containsAll(ENTER)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                if (folder.equals(but)) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                permit(folder, ENTER);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    permit(file, READ);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void permit(Path path, Set<PosixFilePermission> wanted) throws IOException {
        var view = Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        var permissions = EnumSet.copyOf(view.readAttributes().permissions());
        if (permissions.addAll(wanted)) {
            view.setPermissions(permissions);
        }
    }
}
