package io.holdfast.postgres.backup;

import io.holdfast.postgres.cluster.ServerFacts;
import io.holdfast.postgres.cluster.SqlSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the files of the cluster behind a session on this host. */
final class ClusterFiles {

    private final SqlSession session;
    private final ServerFacts facts;

    ClusterFiles(SqlSession session, ServerFacts facts) {
        this.session = session;
        this.facts = facts;
    }

    /** PGDATA. That there is a folder of this name on this host says nothing yet about whose it is. */
    Path root() {
        var root = facts.files()
                .dataDirectory()
                .orElseThrow(() ->
                        BackupException.dataDirectoryUnknown(session.address().toString()));
        try {
            return root.toRealPath();
        } catch (NoSuchFileException _) {
            throw BackupException.otherHost(root);
        } catch (IOException e) {
            throw new UnreadableSourceException(root, e);
        }
    }

    /**
     * What there is now. Asked after the backup has begun: a tablespace that appears later is made anew by recovery, one that
     * appeared just before is not.
     */
    DataDirectory find() {
        var version = session.one(
                "SELECT 'PG_' || (current_setting('server_version_num')::int / 10000) || '_' || catalog_version_no AS name"
                        + " FROM pg_control_system()",
                row -> row.text("name"));
        var root = root();
        return new DataDirectory(root, version, tablespaces(root), configuration(root));
    }

    private List<Tablespace> tablespaces(Path root) {
        record Row(long oid, String name) {}
        var rows = session.list(
                "SELECT oid::bigint AS oid, spcname FROM pg_tablespace WHERE spcname NOT IN ('pg_default', 'pg_global') ORDER BY oid",
                row -> new Row(row.number("oid"), row.text("spcname")));
        return rows.stream()
                .flatMap(row -> tablespace(row.oid(), row.name(), root.resolve("pg_tblspc/" + row.oid())))
                .toList();
    }

    /** None if it was dropped since the query: recovery drops it, too. */
    private static Stream<Tablespace> tablespace(long oid, String name, Path entry) {
        try {
            if (Files.isSymbolicLink(entry)) {
                return Stream.of(new Tablespace(oid, name, entry.toRealPath(), false));
            }
            return Files.isDirectory(entry) ? Stream.of(new Tablespace(oid, name, entry, true)) : Stream.empty();
        } catch (IOException e) {
            throw new UnreadableSourceException(entry, e);
        }
    }

    /** Debian, for one, keeps configuration in /etc/postgresql: without it the restored cluster does not start as it was. */
    private List<Path> configuration(Path root) {
        var files = facts.files();
        var named = Stream.of(files.configuration(), files.hba(), files.ident()).flatMap(Optional::stream);
        var included = session.list(
                "SELECT DISTINCT sourcefile FROM pg_settings WHERE sourcefile IS NOT NULL",
                row -> Path.of(row.text("sourcefile")));
        return Stream.of(named, included.stream(), overridden().stream(), authentication().stream())
                .flatMap(found -> found)
                .map(Path::normalize)
                .filter(file -> file.isAbsolute() && Files.isRegularFile(file) && !isWithin(root, file))
                .distinct()
                .toList();
    }

    /** Files none of whose settings is in effect now; only superusers may ask. */
    private List<Path> overridden() {
        if (!session.one(
                "SELECT has_function_privilege('pg_show_all_file_settings()', 'EXECUTE')"
                        + " AND has_table_privilege('pg_file_settings', 'SELECT') AS may",
                row -> row.flag("may"))) {
            return List.of();
        }
        return session.list(
                "SELECT DISTINCT sourcefile FROM pg_file_settings WHERE sourcefile IS NOT NULL",
                row -> Path.of(row.text("sourcefile")));
    }

    /** Files that pg_hba.conf and pg_ident.conf include, since PostgreSQL 16; only superusers may ask. */
    private List<Path> authentication() {
        if (!facts.version().isAtLeast(16)
                || !session.one(
                        "SELECT has_function_privilege('pg_hba_file_rules()', 'EXECUTE')"
                                + " AND has_function_privilege('pg_ident_file_mappings()', 'EXECUTE') AS may",
                        row -> row.flag("may"))) {
            return List.of();
        }
        return session.list(
                "SELECT file_name FROM pg_hba_file_rules() UNION SELECT file_name FROM pg_ident_file_mappings()",
                row -> Path.of(row.text("file_name")));
    }

    private static boolean isWithin(Path root, Path file) {
        try {
            return file.toRealPath().startsWith(root) || file.startsWith(root);
        } catch (IOException _) {
            return false;
        }
    }
}
