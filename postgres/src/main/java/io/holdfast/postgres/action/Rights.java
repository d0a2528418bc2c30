package io.holdfast.postgres.action;

import io.holdfast.postgres.cluster.SqlSession;
import java.util.Optional;

/** What the role of a session may do, as the server itself says; asked before a run, so that no step finds it out in the middle. */
record Rights(SqlSession session) {

    boolean owns(DatabaseName name) {
        return session.one(
                "SELECT pg_has_role(datdba, 'USAGE') AS allowed FROM pg_database WHERE datname = ?",
                row -> row.flag("allowed"),
                name.text());
    }

    boolean createsIn(DatabaseName name) {
        return session.one(
                "SELECT has_database_privilege(?::name, 'CREATE') AS allowed", row -> row.flag("allowed"), name.text());
    }

    /** Which renaming them needs, too. */
    boolean createsDatabases() {
        return session.one(
                "SELECT rolcreatedb OR rolsuper AS allowed FROM pg_roles WHERE rolname = current_user",
                row -> row.flag("allowed"));
    }

    boolean endsSessionsOfOthers() {
        return session.one("SELECT pg_has_role('pg_signal_backend', 'USAGE') AS allowed", row -> row.flag("allowed"));
    }

    /** By the functions that begin and end one. */
    boolean takesBackups(int major) {
        var functions = major >= 15
                ? "('pg_backup_start(text, boolean)'), ('pg_backup_stop(boolean)')"
                : "('pg_start_backup(text, boolean, boolean)'), ('pg_stop_backup(boolean, boolean)')";
        return session.one(
                "SELECT bool_and(has_function_privilege(name, 'EXECUTE')) AS allowed FROM (VALUES %s) f(name)"
                        .formatted(functions),
                row -> row.flag("allowed"));
    }

    /**
     * The first relation of this database that the role must not read in full, which ends a dump: what it has no privilege
     * for, or sees only rows of.
     */
    Optional<String> unreadable() {
        return session.first("""
                SELECT format('%I.%I', nspname, relname) AS name
                  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
                 WHERE relkind IN ('r', 'p', 'm', 'S') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
                   AND (NOT has_schema_privilege(n.oid, 'USAGE') OR row_security_active(c.oid)
                        OR CASE relkind WHEN 'S' THEN NOT has_sequence_privilege(c.oid, 'SELECT')
                           ELSE NOT has_table_privilege(c.oid, 'SELECT') END)
                 ORDER BY 1 LIMIT 1""", row -> row.text("name"));
    }
}
