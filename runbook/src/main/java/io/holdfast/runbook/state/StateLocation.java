package io.holdfast.runbook.state;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where the state of runs is. */
public sealed interface StateLocation {

    /** A folder in which a server of our own keeps it. */
    record Folder(Path path) implements StateLocation {}

    /** A database that others keep; user and password are in the URL. It prints without either. */
    record Database(String url) implements StateLocation {

        @Override
        public String toString() {
            return url.replaceAll("\\?.*", "").replaceAll("//[^@/]*@", "//");
        }
    }

    /**
     * A folder that was asked for, else what {@code HOLDFAST_STATE_URL} says, else the usual folder: {@code
     * /var/lib/holdfast} for root, {@code ~/.local/share/holdfast} for others.
     */
    static StateLocation choose(Optional<Path> asked, Map<String, String> environment, String user, Path home) {
        var url = environment.getOrDefault("HOLDFAST_STATE_URL", "");
        if (asked.isPresent()) {
            return new Folder(asked.get());
        }
        if (!url.isBlank()) {
            return new Database(url);
        }
        return new Folder(
                user.equals("root")
                        ? Path.of("/var/lib/holdfast/state")
                        : home.resolve(".local")
                                .resolve("share")
                                .resolve("holdfast")
                                .resolve("state"));
    }
}
