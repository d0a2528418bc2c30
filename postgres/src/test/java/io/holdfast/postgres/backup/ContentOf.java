package io.holdfast.postgres.backup;

import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.SqlSession;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** What a server holds, so that two can be compared. */
final class ContentOf {

    private ContentOf() {}

    /** For each table of each database its number of rows and a checksum over them, in no order. */
    static Map<String, String> everyTable(TestCluster cluster) {
        return everyTable(cluster.connection());
    }

    static Map<String, String> everyTable(ConnectionSettings server) {
        return ofEveryDatabase(server, ContentOf::tables);
    }

    /** The same, and what is no table: views that hold rows, sequences, large objects, roles, prepared transactions, placement. */
    static Map<String, String> everything(ConnectionSettings server) {
        var content = ofEveryDatabase(server, (session, database) -> {
            var found = tables(session, database);
            found.putAll(others(session, database));
            return found;
        });
        try (var session = SqlSession.open(server)) {
            for (var shared : SHARED.entrySet()) {
                content.put(shared.getKey(), session.one(shared.getValue(), row -> row.text("content")));
            }
        }
        return content;
    }

    private static final Map<String, String> SHARED = Map.of(
            "databases",
            "SELECT string_agg(datname || ' in ' || spcname, ', ' ORDER BY datname) AS content"
                    + " FROM pg_database JOIN pg_tablespace ON pg_tablespace.oid = dattablespace",
            "roles",
            "SELECT string_agg(rolname, ', ' ORDER BY rolname) AS content FROM pg_roles",
            "prepared",
            "SELECT coalesce(string_agg(gid, ', ' ORDER BY gid), '') AS content FROM pg_prepared_xacts");

    private static Map<String, String> ofEveryDatabase(
            ConnectionSettings server, BiFunction<SqlSession, String, Map<String, String>> content) {
        var all = new TreeMap<String, String>();
        try (var session = SqlSession.open(server)) {
            session.list(
                            "SELECT datname FROM pg_database WHERE datallowconn AND datname <> 'template0'",
                            row -> row.text("datname"))
                    .forEach(database -> {
                        try (var inside = SqlSession.open(server.withDatabase(database))) {
                            all.putAll(content.apply(inside, database));
                        }
                    });
        }
        return all;
    }

    private static Map<String, String> tables(SqlSession session, String database) {
        var content = new TreeMap<String, String>();
        session.list("""
                        SELECT format('%I.%I', nspname, relname) AS name
                        FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
                        WHERE relkind IN ('r', 'm') AND relpersistence = 'p' AND nspname NOT IN ('pg_catalog', 'information_schema')
                        """, row -> row.text("name"))
                .forEach(table -> content.put(database + ":" + table, rows(session, table)));
        return content;
    }

    private static Map<String, String> others(SqlSession session, String database) {
        return Map.of(
                database + ":sequences",
                session.one(
                        "SELECT coalesce(string_agg(sequencename || ' ' || coalesce(last_value, 0), ', ' ORDER BY sequencename), '')"
                                + " AS content FROM pg_sequences",
                        row -> row.text("content")),
                database + ":large objects",
                session.one(
                        "SELECT count(*) || ' ' || coalesce(sum(hashtextextended(loid::text || pageno || md5(data), 0)::numeric), 0)"
                                + " AS content FROM pg_largeobject",
                        row -> row.text("content")),
                database + ":relations",
                session.one("""
                        SELECT coalesce(string_agg(format('%s %s %s', relname, relpersistence, coalesce(spcname, '')), ', '
                            ORDER BY relname, relkind), '') AS content
                        FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
                        LEFT JOIN pg_tablespace ON pg_tablespace.oid = reltablespace
                        WHERE nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND relpersistence <> 't'
                        """, row -> row.text("content")));
    }

    private static String rows(SqlSession session, String table) {
        return session.one(
                "SELECT count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) AS rows FROM %s AS t"
                        .formatted(table),
                row -> row.text("rows"));
    }
}
