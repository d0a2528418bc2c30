package io.holdfast.embedded;

import java.nio.file.Path;

/**
 * PostgreSQL's programs of one version, unpacked on this machine: {@code postgres}, {@code initdb}, {@code pg_ctl},
 * the extensions of contrib; no client programs.
 *
 * @param version for example 18.6
 * @param folder the folder that holds {@code bin}, {@code lib} and {@code share}
 */
public record PostgresBinaries(int major, String version, Path folder) {

    /** The version that Holdfast ships. */
    public static PostgresBinaries version18() {
        return of(18);
    }

    /**
     * The programs of a major version, 14 to 18, unpacked once into the usual cache folder.
     *
     * @throws EmbeddedPostgresException.NoBinaries if the class path holds none; Holdfast ships 18, and the test jar of
     *     this module adds the others
     */
    public static PostgresBinaries of(int major) {
        var root = UnprivilegedUser.weAreRoot();
        return in(BinariesCache.usual(System.getenv(), System.getProperty("user.home"), root), major);
    }

    static PostgresBinaries in(BinariesCache cache, int major) {
        var archive = BinariesArchive.of(major);
        return new PostgresBinaries(major, archive.version(), cache.unpacked(archive));
    }

    /** The path of one program. */
    public Path program(String name) {
        return folder.resolve("bin").resolve(name);
    }
}
