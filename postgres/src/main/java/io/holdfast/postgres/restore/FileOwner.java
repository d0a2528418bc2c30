package io.holdfast.postgres.restore;

import io.holdfast.embedded.UnprivilegedUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** The user to whom restored files are given: where root restores, it must not be root. */
final class FileOwner {

    private final UnprivilegedUser user;

    private FileOwner(UnprivilegedUser user) {
        this.user = user;
    }

    /** The owner of a folder that is there and not root's; else the usual user of PostgreSQL; ourselves if we are not root. */
    static FileOwner of(Path directory) {
        return new FileOwner(UnprivilegedUser.ownerOf(directory));
    }

    UnprivilegedUser user() {
        return user;
    }

    /** Symbolic links themselves, not what they point to. */
    void give(Path path) {
        if (user.isOurselves()) {
            return;
        }
        try {
            Files.setAttribute(path, "unix:uid", user.uid(), LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(path, "unix:gid", user.gid(), LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw RestoreException.io("change the owner of", path, e);
        }
    }
}
