package io.holdfast.embedded;

import io.holdfast.embedded.EmbeddedPostgresException.ProgramFailed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes a data directory fit to be started by a user: a new one by {@code initdb}, or one that came from elsewhere. */
final class ClusterDirectory {

    private static final Duration ALLOWED = Duration.ofMinutes(5);

    private ClusterDirectory() {}

    /** Returns the real path of the new directory. */
    static Path initialise(PostgresBinaries binaries, Path directory, InitOptions options, UnprivilegedUser user) {
        var place = prepare(directory, user);
        user.requireReach(binaries.folder().resolve("bin"));
        var password = options.password().map(user::secretFile);
        try {
            var argv = new ArrayList<>(List.of(binaries.program("initdb").toString(), "--pgdata=" + place));
            argv.addAll(options.arguments(binaries.major()));
            password.ifPresent(file -> argv.add("--pwfile=" + file));
            var outcome = user.run(argv, Map.of(), ALLOWED);
            if (!outcome.succeeded()) {
                throw new ProgramFailed(
                        "initdb failed in '%s': %s"
                                .formatted(place, outcome.errors().strip()),
                        "the folder must be empty, its file system must have space, and the system must know the user",
                        null);
            }
            return place;
        } finally {
            password.ifPresent(ClusterDirectory::delete);
        }
    }

    private static Path prepare(Path directory, UnprivilegedUser user) {
        try {
            Files.createDirectories(directory.toAbsolutePath());
            var place = directory.toRealPath();
            closeToOthers(place);
            user.own(place);
            user.requireReach(place);
            return place;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make data directory " + directory, e);
        }
    }

    /** Gives an existing data directory, and the tablespaces that it links to, to the user; returns its real path. */
    static Path adopt(PostgresBinaries binaries, Path directory, UnprivilegedUser user) {
        try {
            var place = directory.toRealPath();
            requireMajor(binaries, place);
            user.own(place);
            closeToOthers(place);
            for (var tablespace : tablespaces(place)) {
                user.own(tablespace);
                user.requireReach(tablespace);
            }
            user.requireReach(place);
            user.requireReach(binaries.folder().resolve("bin"));
            return place;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot adopt data directory " + directory, e);
        }
    }

    private static void requireMajor(PostgresBinaries binaries, Path place) throws IOException {
        var version = Files.readString(place.resolve("PG_VERSION")).strip();
        if (!version.equals(Integer.toString(binaries.major()))) {
            throw new ProgramFailed(
                    "'%s' belongs to PostgreSQL %s, not %d".formatted(place, version, binaries.major()),
                    "start it with programs of its own major version",
                    null);
        }
    }

    private static List<Path> tablespaces(Path place) throws IOException {
        var links = new ArrayList<Path>();
        try (var entries = Files.newDirectoryStream(place.resolve("pg_tblspc"), Files::isSymbolicLink)) {
            for (var link : entries) {
                links.add(link.toRealPath());
            }
        }
        return links;
    }

    /** A server refuses a data directory that others may enter, but for its own group reading. */
    private static void closeToOthers(Path place) throws IOException {
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwx------"));
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
