package io.holdfast.postgres.backup;

import java.nio.file.Path;
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
        tablespaces = List.copyOf(tablespaces);
        configuration = configuration.stream().sorted().toList();
    }

    /** Whether a folder that the walk of PGDATA meets is a tablespace that somebody made inside PGDATA. */
    boolean isTablespace(Path folder) {
        return tablespaces.stream()
                .anyMatch(tablespace ->
                        !tablespace.inPlace() && tablespace.location().equals(folder));
    }
}
