package io.holdfast.postgres.backup;

import java.util.Set;

/**
 * What of PGDATA is not copied, because the server makes it anew or must not find it. Source: excludeDirContents,
 * excludeFiles and noChecksumFiles in src/backend/backup/basebackup.c. Every rule names its place: a user's table or
 * folder of the same name elsewhere is copied.
 */
final class Exclusions {

    /** Folders of PGDATA that are kept empty. */
    private static final Set<String> EMPTY_FOLDERS = Set.of(
            "pg_stat_tmp",
            "pg_replslot",
            "pg_dynshmem",
            "pg_notify",
            "pg_serial",
            "pg_snapshots",
            "pg_subtrans",
            "pg_wal");

    /** Files in PGDATA itself, and a folder with all that is in it. */
    private static final Set<String> TOP_FILES = Set.of(
            "postgresql.auto.conf.tmp",
            "current_logfiles.tmp",
            "backup_label",
            "backup_label.old",
            "tablespace_map",
            "tablespace_map.old",
            "backup_manifest",
            "backup_manifest.tmp",
            "postmaster.pid",
            "postmaster.opts",
            "recovery.signal",
            "standby.signal",
            // Of a restore of ours that this cluster came from.
            "holdfast-restore",
            "holdfast-server.log",
            "holdfast-step.json",
            "postgresql.auto.conf.holdfast");

    /** In global. pg_control is read last, by itself; the other is what a restore left that was interrupted. */
    private static final Set<String> GLOBAL_FILES = Set.of("pg_control", "pg_control.holdfast");

    /** Where a disk is mounted, its file system keeps this; only root may read it. */
    private static final String LOST_AND_FOUND = "lost+found";

    private Exclusions() {}

    /** Whether the folder is kept but nothing in it, apart from {@link #keptWithin}. */
    static boolean isKeptEmpty(String pathInData) {
        return EMPTY_FOLDERS.contains(pathInData);
    }

    /** Folders that the server expects to find in an otherwise empty one. */
    static Set<String> keptWithin(String pathInData) {
        return pathInData.equals("pg_wal") ? Set.of("archive_status", "summaries") : Set.of();
    }

    /**
     * Whether a file or folder is left out.
     *
     * @param folderInData path of its folder in PGDATA, empty for PGDATA itself
     */
    static boolean isExcludedFile(String folderInData, String name) {
        if (folderInData.isEmpty()) {
            return TOP_FILES.contains(name);
        }
        return folderInData.equals("global") && GLOBAL_FILES.contains(name);
    }

    /**
     * Whether a folder is the file system's own: PGDATA, or a folder of the server's in it, can be where a disk is mounted.
     *
     * @param folderInData path of the folder it is in, as above
     */
    static boolean isOfFileSystem(String folderInData, String name) {
        return name.equals(LOST_AND_FOUND) && (folderInData.isEmpty() || ServerFolders.contain(folderInData));
    }

    /** Names that are left out wherever the server's own files are: beneath base, global and in tablespaces. */
    static boolean isTransient(String name) {
        return name.startsWith("pgsql_tmp") || name.startsWith("pg_internal.init") || RelationFile.isTemporary(name);
    }
}
