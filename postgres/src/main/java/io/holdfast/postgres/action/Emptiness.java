package io.holdfast.postgres.action;

import io.holdfast.postgres.cluster.SqlSession;
import java.util.Optional;

/** Whether a database holds anything besides what every new one does. */
final class Emptiness {

    /**
     * Extensions' own objects do not count, for a new database may have some from its template. Nor does what is a part of
     * another object, which is itself counted or an extension's: an index, the row type of a table, the type of its arrays.
     */
    private static final String FIRST = """
            SELECT what FROM (
                SELECT 'schema ' || quote_ident(nspname) AS what, oid, 'pg_namespace'::regclass AS class FROM pg_namespace
                 WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('information_schema', 'public')
                UNION ALL
                SELECT 'relation ' || oid::regclass, oid, 'pg_class'::regclass FROM pg_class
                 WHERE relkind NOT IN ('i', 'I') AND relnamespace NOT IN (SELECT oid FROM pg_namespace
                                             WHERE nspname LIKE 'pg\\_%' OR nspname = 'information_schema')
                UNION ALL
                SELECT 'function ' || oid::regprocedure, oid, 'pg_proc'::regclass FROM pg_proc
                 WHERE pronamespace NOT IN (SELECT oid FROM pg_namespace
                                             WHERE nspname LIKE 'pg\\_%' OR nspname = 'information_schema')
                UNION ALL
                SELECT 'type ' || oid::regtype, oid, 'pg_type'::regclass FROM pg_type
                 WHERE typnamespace NOT IN (SELECT oid FROM pg_namespace
                                             WHERE nspname LIKE 'pg\\_%' OR nspname = 'information_schema')
                UNION ALL
                SELECT 'a large object', oid, 'pg_largeobject'::regclass FROM pg_largeobject_metadata
            ) AS found
            WHERE NOT EXISTS (SELECT FROM pg_depend d
                               WHERE d.classid = found.class AND d.objid = found.oid AND d.deptype IN ('e', 'i'))
            LIMIT 1""";

    private Emptiness() {}

    /** Something that it holds; absent if it is empty. */
    static Optional<String> found(SqlSession session) {
        return session.first(FIRST, row -> row.text("what"));
    }

    static long tables(SqlSession session) {
        return session.one(
                "SELECT count(*) AS n FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                        + " WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%'"
                        + " AND n.nspname <> 'information_schema'",
                row -> row.number("n"));
    }
}
