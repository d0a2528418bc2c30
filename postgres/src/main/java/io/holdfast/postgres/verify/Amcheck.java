package io.holdfast.postgres.verify;

import io.holdfast.postgres.cluster.ServerException;
import io.holdfast.postgres.cluster.SqlSession;
import java.util.List;
import java.util.Optional;

/**
 * Looks at the indexes and tables of one database with the server's own extension amcheck, which is created if it is not there: the
 * cluster is thrown away afterwards. Confined to one thread.
 */
final class Amcheck {

    private static final String SCHEMA = "holdfast_verify";
    private static final int MOST_ROWS = 20;

    private static final String DEFAULT_COLLATION_DIFFERS =
            "(SELECT datcollversion IS DISTINCT FROM pg_database_collation_actual_version(oid)"
                    + " FROM pg_database WHERE datname = current_database())";

    /** Up to 14 the server does not write down by which version a database was made. */
    private static final String DEFAULT_COLLATION_UNKNOWN =
            "(SELECT datcollate NOT IN ('C', 'POSIX') FROM pg_database WHERE datname = current_database())";

    private static final String TABLES = """
            SELECT c.oid::bigint AS oid,
                   format('%s %I.%I', CASE c.relkind WHEN 't' THEN 'TOAST table' WHEN 'm' THEN 'materialized view'
                                                     ELSE 'table' END, n.nspname, c.relname) AS name,
                   false AS other_collation
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_am a ON a.oid = c.relam
             WHERE a.amname = 'heap' AND c.relkind IN ('r', 'm', 't') AND c.relpersistence <> 't'
             ORDER BY c.oid""";

    private final SqlSession session;
    private final String database;
    private final int majorVersion;
    private final Tally indexes;
    private final Tally tables;

    Amcheck(SqlSession session, String database, int majorVersion, Tallies tallies) {
        this.session = session;
        this.database = database;
        this.majorVersion = majorVersion;
        this.indexes = tallies.of(CheckKind.INDEXES);
        this.tables = tallies.of(CheckKind.TABLES);
    }

    /** @param otherCollation whether it is ordered by a collation of which this host has another version */
    private record Relation(long oid, String name, boolean otherCollation) {}

    void run() {
        var schema = schema();
        if (schema.isEmpty()) {
            return;
        }
        var differs = majorVersion >= 15 ? DEFAULT_COLLATION_DIFFERS : DEFAULT_COLLATION_UNKNOWN;
        if (indexes.asked()) {
            indexes.timed(() -> all(indexes, indexes(differs), index -> check(index, schema.get())));
        }
        if (tables.asked()) {
            tables.timed(() -> all(tables, TABLES, table -> rows(table, schema.get())));
        }
    }

    /** That of the extension, which is there afterwards in the newest version; empty if it cannot be. */
    private Optional<String> schema() {
        try {
            // Event triggers of the database are not for us.
            session.execute("SET session_replication_role = replica");
            if (session.first(
                            "SELECT true AS found FROM pg_available_extensions WHERE name = 'amcheck'",
                            row -> row.flag("found"))
                    .isEmpty()) {
                doubt("the extension amcheck is not installed with PostgreSQL %d on this host".formatted(majorVersion));
                return Optional.empty();
            }
            if (installed().isPresent()) {
                session.execute("ALTER EXTENSION amcheck UPDATE");
            } else {
                session.execute("CREATE SCHEMA " + SCHEMA);
                session.execute("CREATE EXTENSION amcheck SCHEMA " + SCHEMA);
            }
            return installed();
        } catch (ServerException e) {
            if (Damage.isSaidBy(e)) {
                indexes.wrong("database %s: %s".formatted(database, Damage.words(e)));
            }
            doubt("amcheck cannot be used: " + Damage.words(e));
            return Optional.empty();
        }
    }

    private Optional<String> installed() {
        return session.first(
                "SELECT quote_ident(n.nspname) AS schema FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace"
                        + " WHERE e.extname = 'amcheck'",
                row -> row.text("schema"));
    }

    private void doubt(String reason) {
        for (var tally : List.of(indexes, tables)) {
            if (tally.asked()) {
                tally.unchecked("those of database %s: %s".formatted(database, reason));
            }
        }
    }

    /**
     * The query for all indexes that can be read: those of other sessions' temporary tables cannot.
     *
     * @param differs whether the database's own collation is another one here, as SQL
     */
    private static String indexes(String differs) {
        return """
            SELECT c.oid::bigint AS oid,
                   format('index %%I.%%I of table %%I.%%I', n.nspname, c.relname, tn.nspname, t.relname) AS name,
                   EXISTS (SELECT FROM unnest(i.indcollation::oid[]) AS used(oid)
                             JOIN pg_collation k ON k.oid = used.oid
                            WHERE CASE WHEN k.collprovider = 'd' THEN %s
                                       ELSE k.collversion IS DISTINCT FROM pg_collation_actual_version(k.oid) END)
                       AS other_collation
              FROM pg_index i
              JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace tn ON tn.oid = t.relnamespace
              JOIN pg_am a ON a.oid = c.relam
             WHERE a.amname = 'btree' AND c.relkind = 'i' AND c.relpersistence <> 't' AND i.indisready AND i.indisvalid
             ORDER BY c.oid""".formatted(differs);
    }

    private interface Look {

        void at(Relation relation);
    }

    /** Stops where the connection breaks: what comes after it was not looked at. */
    private void all(Tally tally, String query, Look look) {
        try {
            var relations = session.list(
                    query, row -> new Relation(row.number("oid"), row.text("name"), row.flag("other_collation")));
            for (var relation : relations) {
                look.at(relation);
            }
        } catch (ServerException e) {
            var line = "those of database %s, or some: %s".formatted(database, Damage.words(e));
            if (Damage.isSaidBy(e)) {
                tally.wrong(line);
            } else {
                tally.unchecked(line);
            }
        }
    }

    private void check(Relation index, String schema) {
        try {
            session.list(
                    "SELECT %s.bt_index_check(index => ?::oid::regclass, heapallindexed => true)".formatted(schema),
                    _ -> index,
                    index.oid());
            indexes.right(1);
        } catch (ServerException e) {
            if (isOfCollation(index, e)) {
                indexes.unchecked(line(index, e) + " (this host orders text differently than the source, or may)");
            } else {
                judge(indexes, index, e);
            }
        }
    }

    /** Only these depend on how text is ordered. Source: bt_target_page_check in contrib/amcheck/verify_nbtree.c. */
    private static boolean isOfCollation(Relation index, ServerException e) {
        return index.otherCollation() && Damage.words(e).contains("invariant violated");
    }

    private void rows(Relation table, String schema) {
        try {
            var faults = session.list(
                    "SELECT blkno::text AS block, offnum::text AS line, msg FROM %s.verify_heapam(relation => ?::oid::regclass, check_toast => true) LIMIT %d"
                            .formatted(schema, MOST_ROWS),
                    row -> "block %s, line pointer %s: %s"
                            .formatted(
                                    row.textIfAny("block").orElse("?"),
                                    row.textIfAny("line").orElse("?"),
                                    row.text("msg")),
                    table.oid());
            if (faults.isEmpty()) {
                tables.right(1);
            } else {
                tables.wrong(where(table) + ": " + faults.getFirst());
                faults.stream().skip(1).forEach(fault -> tables.detail(where(table) + ": " + fault));
            }
        } catch (ServerException e) {
            judge(tables, table, e);
        }
    }

    private void judge(Tally tally, Relation relation, ServerException e) {
        if (Damage.isSaidBy(e)) {
            tally.wrong(line(relation, e));
        } else {
            tally.unchecked(line(relation, e));
            if (e.retryable()) {
                throw e;
            }
        }
    }

    private String where(Relation relation) {
        return "%s in database %s".formatted(relation.name(), database);
    }

    private String line(Relation relation, ServerException e) {
        return "%s: %s".formatted(where(relation), Damage.words(e));
    }
}
