package io.holdfast.repository.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.Objects;

/**
 * What root makes belongs to whom its folder belongs. A restore by root places a hold in the repository, and a key that root
 * made lies in a folder of the server's user: were they root's, that user could read neither, nor list the holds any more.
 */
public final class FolderOwner {

    private static final int ROOT = 0;

    private static final boolean WE_ARE_ROOT = isRoots(Path.of("/proc/self"));

    private FolderOwner() {}

    /**
     * Gives a file or folder that was just made to the owner and the group of the folder it lies in. Nothing happens unless we are root
     * and that folder is another's, nor where a file system knows no owners. A symbolic link that the other put in its place is
     * not followed; a hard link to a file that is not theirs the kernel refuses them (fs.protected_hardlinks).
     */
    public static void give(Path made) {
        if (!WE_ARE_ROOT) {
            return;
        }
        var folder = Objects.requireNonNull(made.toAbsolutePath().getParent());
        if (isRoots(folder)) {
            return;
        }
        try (var names = Files.newDirectoryStream(folder)) {
            if (names instanceof SecureDirectoryStream<Path> held) {
                var principals = made.getFileSystem().getUserPrincipalLookupService();
                var view = held.getFileAttributeView(
                        made.getFileName(), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
                view.setOwner(principals.lookupPrincipalByName(Integer.toString(id(folder, "uid"))));
                view.setGroup(principals.lookupPrincipalByGroupName(Integer.toString(id(folder, "gid"))));
            }
        } catch (IOException _) {
            // No owners here, or none that root of this host may give: it stays as it was made.
        }
    }

    private static boolean isRoots(Path path) {
        try {
            return id(path, "uid") == ROOT;
        } catch (IOException | UnsupportedOperationException _) {
            return false;
        }
    }

    private static int id(Path path, String whose) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:" + whose);
    }
}
