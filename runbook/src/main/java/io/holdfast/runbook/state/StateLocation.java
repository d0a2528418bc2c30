package io.holdfast.runbook.state;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where the state of runs is. */
public sealed interface StateLocation {

    /** A folder in which a server of our own keeps it. */
    record Folder(Path path) implements StateLocation {

        @Override
        public String toString() {
            return "'%s'".formatted(path);
        }
    }

    /** A database that others keep; user and password are in the URL, behind its question mark. It prints without either. */
    record Database(String url) implements StateLocation {

        private static final String HOST = "([\\w.-]+|\\[[0-9a-fA-F:.]+])?(:\\d{1,5})?";

        private static final Pattern SHAPE =
                Pattern.compile("(jdbc:postgresql:(//%1$s(,%1$s)*/)?[^/:@?]*)(\\?.*)?".formatted(HOST));

        /** Whether it has the shape that the driver takes; what has not is told to nobody, not even the driver, which logs it. */
        boolean isUsable() {
            return SHAPE.matcher(url).matches();
        }

        @Override
        public String toString() {
            var parts = SHAPE.matcher(url);
            return parts.matches() ? parts.group(1) : "HOLDFAST_STATE_URL";
        }
    }

    /**
     * A folder that was asked for, else what {@code HOLDFAST_STATE_URL} says, else the usual folder: {@code
     * /var/lib/holdfast} for root, {@code ~/.local/share/holdfast} for others.
     */
    static StateLocation choose(Optional<Path> asked, Map<String, String> environment, Path usual) {
        var url = environment.getOrDefault("HOLDFAST_STATE_URL", "");
        if (asked.isPresent()) {
            return new Folder(asked.get());
        }
        if (!url.isBlank()) {
            return new Database(url);
        }
        return new Folder(usual.resolve("state"));
    }

    /**
     * Where a user's Holdfast keeps what it must remember: {@code /var/lib/holdfast} or {@code ~/.local/share/holdfast}. Java says
     * that the home of a user whom the system does not know, as in many containers, is {@code ?}.
     */
    static Path usual(String user, Path home) {
        return user.equals("root")
                ? Path.of("/var/lib/holdfast")
                : (home.isAbsolute() ? home : Path.of("/"))
                        .resolve(".local")
                        .resolve("share")
                        .resolve("holdfast");
    }
}
