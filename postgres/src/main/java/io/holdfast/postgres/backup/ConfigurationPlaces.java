package io.holdfast.postgres.backup;

import io.holdfast.postgres.cluster.ServerFiles;
import io.holdfast.repository.manifest.FilePath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which of a backup's files the server used when the backup was taken, as paths of the backup: others of the same names
 * may be in it, left over. Absent is what this user may not know.
 *
 * @param main postgresql.conf, whatever its name
 * @param access pg_hba.conf
 * @param identities pg_ident.conf
 */
public record ConfigurationPlaces(Optional<FilePath> main, Optional<FilePath> access, Optional<FilePath> identities) {

    /** @param root PGDATA, without links */
    static ConfigurationPlaces of(ServerFiles files, Path root) {
        return new ConfigurationPlaces(
                files.configuration().map(file -> place(file, root)),
                files.hba().map(file -> place(file, root)),
                files.ident().map(file -> place(file, root)));
    }

    private static FilePath place(Path file, Path root) {
        var normal = file.normalize();
        return inData(normal, root)
                .map(within -> new FilePath("data/" + PathBytes.of(within)))
                .orElseGet(() -> new FilePath("config" + PathBytes.of(normal)));
    }

    /** The name by which the walk of PGDATA meets the file. */
    private static Optional<Path> inData(Path file, Path root) {
        try {
            var folder = file.getParent();
            var name = file.getFileName();
            if (folder != null && name != null && folder.toRealPath().startsWith(root)) {
                return Optional.of(root.relativize(folder.toRealPath().resolve(name)));
            }
            var real = file.toRealPath();
            return real.startsWith(root) ? Optional.of(root.relativize(real)) : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
