package io.holdfast.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The private folder of one server's socket, made when first asked for. */
final class SocketFolder {

    private final UnprivilegedUser user;
    private @Nullable Path folder;
    private boolean kept;

    SocketFolder(UnprivilegedUser user) {
        this.user = user;
    }

    synchronized Path path() {
        if (folder == null) {
            folder = user.privateFolder();
        }
        return folder;
    }

    synchronized void keep() {
        kept = true;
    }

    /** With what a killed server left in it. */
    synchronized void remove() {
        if (folder == null || kept) {
            return;
        }
        try (var leftovers = Files.newDirectoryStream(folder)) {
            for (var leftover : leftovers) {
                Files.delete(leftover);
            }
            Files.delete(folder);
            folder = null;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + folder, e);
        }
    }
}
