package io.holdfast.postgres.backup;

import java.util.Set;

/** The folders that initdb makes in PGDATA. What is in them is the server's, wherever an administrator has moved it. */
final class ServerFolders {

    /** Source: subdirs in src/bin/initdb/initdb.c; pg_tblspc is not among them, whose links are tablespaces. */
    private static final Set<String> NAMES = Set.of(
            "base",
            "global",
            "pg_commit_ts",
            "pg_dynshmem",
            "pg_logical",
            "pg_multixact",
            "pg_notify",
            "pg_replslot",
            "pg_serial",
            "pg_snapshots",
            "pg_stat",
            "pg_stat_tmp",
            "pg_subtrans",
            "pg_twophase",
            "pg_wal",
            "pg_xact");

    private ServerFolders() {}

    /** Whether it is one of them or lies in one, or in a tablespace. */
    static boolean contain(String pathInData) {
        if (pathInData.startsWith("pg_tblspc/")) {
            return pathInData.indexOf('/', "pg_tblspc/".length()) > 0;
        }
        int slash = pathInData.indexOf('/');
        return NAMES.contains(slash < 0 ? pathInData : pathInData.substring(0, slash));
    }
}
