package io.holdfast.postgres.backup;

import io.holdfast.postgres.cluster.SqlSession;
import java.util.Map;
import java.util.TreeMap;

/** What a server holds, so that two can be compared. */
final class ContentOf {

    private ContentOf() {}

    /** For each table of each database its number of rows and a checksum over them, in no order. */
    static Map<String, String> everyTable(TestCluster cluster) {
        var content = new TreeMap<String, String>();
        try (var session = cluster.sql()) {
            session.list(
                            "SELECT datname FROM pg_database WHERE datallowconn AND datname <> 'template0'",
                            row -> row.text("datname"))
                    .forEach(database -> content.putAll(tables(cluster, database)));
        }
        return content;
    }

    private static Map<String, String> tables(TestCluster cluster, String database) {
        var content = new TreeMap<String, String>();
        try (var session = SqlSession.open(cluster.connection().withDatabase(database))) {
            session.list("""
                            SELECT format('%I.%I', nspname, relname) AS name
                            FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
                            WHERE relkind = 'r' AND relpersistence = 'p' AND nspname NOT IN ('pg_catalog', 'information_schema')
                            """, row -> row.text("name"))
                    .forEach(table -> content.put(database + ":" + table, rows(session, table)));
        }
        return content;
    }

    private static String rows(SqlSession session, String table) {
        return session.one(
                "SELECT count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) AS rows FROM %s AS t"
                        .formatted(table),
                row -> row.text("rows"));
    }
}
