package io.holdfast.postgres.backup;

import io.holdfast.postgres.cluster.ServerVersion;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.wal.Lsn;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Optional;

/**
 * One online backup as the server sees it. It lives in one SQL session: if that ends, the backup is void, and the server
 * takes back what the start changed.
 */
final class BackupSession {

    private final SqlSession session;
    private final ServerVersion version;

    BackupSession(SqlSession session, ServerVersion version) {
        this.session = session;
        this.version = version;
    }

    record Started(Lsn position, Instant time) {}

    /** @param map content of tablespace_map; absent if there are no tablespaces */
    record Stopped(Lsn position, Instant time, String label, Optional<String> map) {

        /**
         * Fails if there is a tablespace that was not copied: its CREATE had made the link before the start, so that recovery does not, and was
         * not yet to be seen in pg_tablespace.
         */
        void requireTablespaces(DataDirectory files) {
            map.stream()
                    .flatMap(String::lines)
                    .map(line -> files.root().resolve("pg_tblspc").resolve(line.split(" ", 2)[0]))
                    .filter(link -> !files.isTablespaceLink(link) && Files.isSymbolicLink(link))
                    .findFirst()
                    .ifPresent(link -> {
                        throw BackupException.tablespaceMissed(link);
                    });
        }
    }

    /**
     * Waits for a checkpoint and begins.
     *
     * @param fast at once, instead of spread over checkpoint_completion_target
     */
    Started start(String label, boolean fast) {
        // Renamed in PostgreSQL 15, when exclusive backups went.
        var call = version.isAtLeast(15) ? "pg_backup_start(?, ?)" : "pg_start_backup(?, ?, false)";
        return session.one(
                "SELECT %s AS position, clock_timestamp() AS time".formatted(call),
                row -> new Started(row.lsn("position"), row.instant("time")),
                label,
                fast);
    }

    /** Fails if the session has ended, and the backup with it. */
    void requireAlive() {
        session.execute("SELECT 1");
    }

    /** Ends the backup. Does not wait for any archiver: who stores the WAL is ours to know. */
    Stopped stop() {
        var call = version.isAtLeast(15) ? "pg_backup_stop(false)" : "pg_stop_backup(false, false)";
        return session.one(
                "SELECT lsn, labelfile, spcmapfile, clock_timestamp() AS time FROM " + call,
                row -> new Stopped(
                        row.lsn("lsn"),
                        row.instant("time"),
                        row.text("labelfile"),
                        row.textIfAny("spcmapfile").filter(map -> !map.isBlank())));
    }
}
