package io.holdfast.postgres.restore;

import io.holdfast.embedded.UnprivilegedUser;
import java.nio.file.Path;
import java.util.List;

/** The user whose server recovers in a restored directory: another than root, who may have restored it. */
public final class RecoveringUser {

    private final UnprivilegedUser user;

    private RecoveringUser(UnprivilegedUser user) {
        this.user = user;
    }

    public static RecoveringUser of(Path directory) {
        return new RecoveringUser(UnprivilegedUser.ownerOf(directory));
    }

    /** Which of these files this user may not read; none of what we read ourselves, if it is our own. */
    public List<Path> lacks(List<Path> files) {
        return user.isOurselves()
                ? List.of()
                : files.stream().filter(file -> !user.reads(file)).toList();
    }

    @Override
    public String toString() {
        return user.name();
    }
}
