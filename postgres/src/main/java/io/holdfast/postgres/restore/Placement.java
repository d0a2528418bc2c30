package io.holdfast.postgres.restore;

import io.holdfast.postgres.backup.BackupDetails;
import io.holdfast.postgres.backup.PathBytes;
import io.holdfast.postgres.backup.Tablespace;
import io.holdfast.repository.manifest.FilePath;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Where on this host each path of a backup goes. */
final class Placement {

    static final String CONFIGURATION = "holdfast-config";
    static final String TABLESPACES = "tablespaces";

    private final Path data;
    private final Map<Long, Path> tablespaces;

    private Placement(Path data, Map<Long, Path> tablespaces) {
        this.data = data;
        this.tablespaces = tablespaces;
    }

    static Placement of(Path data, BackupDetails details, TablespaceChoice choice) {
        return of(data, details.tablespaces(), choice);
    }

    static Placement of(Path data, List<Tablespace> tablespaces, TablespaceChoice choice) {
        var external =
                tablespaces.stream().filter(tablespace -> !tablespace.inPlace()).toList();
        var folders = new TreeMap<Long, Path>();
        for (var tablespace : external) {
            var within = data.resolve(TABLESPACES).resolve(Long.toString(tablespace.oid()));
            folders.put(
                    tablespace.oid(),
                    switch (choice) {
                        case TablespaceChoice.Within _ -> within;
                        case TablespaceChoice.Original _ -> tablespace.location();
                        case TablespaceChoice.Mapped mapped ->
                            mapped(mapped, tablespace).orElse(within);
                    });
        }
        if (choice instanceof TablespaceChoice.Mapped mapped) {
            requireKnown(mapped, external);
        }
        return new Placement(data, folders);
    }

    private static Optional<Path> mapped(TablespaceChoice.Mapped choice, Tablespace tablespace) {
        return Optional.ofNullable(choice.folders().get(Long.toString(tablespace.oid())))
                .or(() -> Optional.ofNullable(choice.folders().get(tablespace.name())))
                .map(folder -> folder.toAbsolutePath().normalize());
    }

    private static void requireKnown(TablespaceChoice.Mapped choice, List<Tablespace> known) {
        for (var name : choice.folders().keySet()) {
            if (known.stream()
                    .noneMatch(tablespace -> tablespace.name().equals(name)
                            || Long.toString(tablespace.oid()).equals(name))) {
                throw RestoreException.unknownTablespace(
                        name, known.stream().map(Tablespace::name).toList());
            }
        }
    }

    Path data() {
        return data;
    }

    /** The folders of tablespaces that lie outside PGDATA, or beneath it in a folder of ours. */
    Collection<Path> tablespaces() {
        return tablespaces.values();
    }

    Optional<Path> tablespace(long oid) {
        return Optional.ofNullable(tablespaces.get(oid));
    }

    /** The folder of PGDATA or of the tablespace that a path belongs to. */
    Path root(FilePath path) {
        var place = path.text().split("/", 3);
        return place[0].equals("tablespace") && place.length > 1 ? tablespaced(place[1]) : data;
    }

    Path of(FilePath path) {
        var text = path.text();
        int slash = text.indexOf('/');
        var place = slash < 0 ? text : text.substring(0, slash);
        var rest = slash < 0 ? "" : text.substring(slash + 1);
        return switch (place) {
            case "data" -> data.resolve(PathBytes.toPath(rest));
            case "tablespace" -> tablespaced(rest);
            case "config" -> data.resolve(CONFIGURATION).resolve(PathBytes.toPath(rest));
            default -> throw new IllegalArgumentException("a backup has no place '%s'".formatted(place));
        };
    }

    /** Of a link, as the backup has it. */
    static Path target(String bytes) {
        return PathBytes.toPath(bytes);
    }

    private Path tablespaced(String path) {
        int slash = path.indexOf('/');
        var oid = Long.parseLong(slash < 0 ? path : path.substring(0, slash));
        var folder = tablespace(oid)
                .orElseThrow(() -> new IllegalArgumentException("the backup does not list tablespace " + oid));
        return slash < 0 ? folder : folder.resolve(PathBytes.toPath(path.substring(slash + 1)));
    }

    /**
     * Content of tablespace_map: the server makes its links from it. Source: read_tablespace_map in
     * src/backend/access/transam/xlogrecovery.c, which takes a backslash before a line end or another backslash.
     */
    String tablespaceMap() {
        var map = new StringBuilder();
        tablespaces.forEach((oid, folder) -> map.append(oid)
                .append(' ')
                .append(folder.toString()
                        .replace("\\", "\\\\")
                        .replace("\n", "\\\n")
                        .replace("\r", "\\\r"))
                .append('\n'));
        return map.toString();
    }
}
