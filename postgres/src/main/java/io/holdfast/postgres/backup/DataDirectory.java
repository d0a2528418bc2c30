package io.holdfast.postgres.backup;

import io.holdfast.repository.manifest.FilePath;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/**
 * Where the files of a cluster are on this host.
 *
 * @param root PGDATA
 * @param tablespaceVersion the folder in a tablespace that belongs to this server, for example PG_18_202506291
 * @param configuration files outside PGDATA, absolute
 */
record DataDirectory(Path root, String tablespaceVersion, List<Tablespace> tablespaces, List<Path> configuration) {

    DataDirectory {
        tablespaces = tablespaces.stream()
                .sorted(Comparator.comparing(tablespace -> Long.toString(tablespace.oid())))
                .toList();
        configuration = configuration.stream()
                .sorted(Comparator.comparing(file -> new FilePath("config" + PathBytes.of(file))))
                .toList();
    }

    /** Whether a link in pg_tblspc is one of the tablespaces that are copied. */
    boolean isTablespaceLink(Path link) {
        var name = link.getFileName().toString();
        return tablespaces.stream()
                .anyMatch(tablespace -> Long.toString(tablespace.oid()).equals(name));
    }

    /** Whether a folder that the walk of PGDATA meets is a tablespace that somebody made inside PGDATA. */
    boolean isTablespace(Path folder) {
        return tablespaces.stream()
                .anyMatch(tablespace ->
                        !tablespace.inPlace() && tablespace.location().equals(folder));
    }
}
