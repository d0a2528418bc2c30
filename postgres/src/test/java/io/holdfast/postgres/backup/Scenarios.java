package io.holdfast.postgres.backup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What happens to relations, databases and tablespaces. Statements that begin with a name and a colon run in that database. */
final class Scenarios {

    private static final String ROWS = "SELECT n, repeat(md5(n::text), 6) AS text FROM generate_series(1, %d) AS n";

    private Scenarios() {}

    /** @param folders of the server's user: for tablespaces, and for files */
    static List<Scenario> all(Path folders) {
        return Stream.of(rows(), rewrites(), persistence(), indexes(), others(), databases(), places(folders))
                .flatMap(List::stream)
                .toList();
    }

    private static String table(String name, int rows) {
        return "CREATE TABLE %s AS ".formatted(name) + ROWS.formatted(rows);
    }

    private static String insert(String name, int rows) {
        return "INSERT INTO %s ".formatted(name) + ROWS.formatted(rows);
    }

    private static List<Scenario> rows() {
        return List.of(
                Scenario.of(
                        "rows changed here and there",
                        List.of(table("scattered", 20000), "CREATE INDEX ON scattered (n)"),
                        List.of("UPDATE scattered SET text = 'first' WHERE n % 1000 = 0"),
                        List.of(
                                "UPDATE scattered SET text = 'second' WHERE n % 1000 IN (0, 7)",
                                "DELETE FROM scattered WHERE n % 1000 = 9")),
                Scenario.of(
                        "dropped, made and emptied",
                        List.of(table("dropped", 3000), table("emptied", 3000), table("refilled", 3000)),
                        List.of("DROP TABLE dropped", table("made", 3000), "TRUNCATE emptied", "TRUNCATE refilled"),
                        List.of("DROP TABLE made", table("dropped", 100), insert("refilled", 2000))),
                Scenario.of(
                        "an empty table that grows",
                        List.of("CREATE TABLE hollow (n int, text text)"),
                        List.of("INSERT INTO hollow VALUES (1, 'one')"),
                        List.of(insert("hollow", 3000))),
                Scenario.of(
                        "cut by VACUUM and grown again",
                        List.of(table("cut", 20000), table("cut_within", 20000)),
                        List.of(
                                "DELETE FROM cut WHERE n > 1000",
                                "VACUUM cut",
                                "DELETE FROM cut_within WHERE n > 5000",
                                "VACUUM cut_within",
                                insert("cut_within", 4000)),
                        List.of(insert("cut", 20000), "DELETE FROM cut_within WHERE n < 100", "VACUUM cut_within")),
                Scenario.of(
                        "changed in the transaction that made it",
                        List.of("SELECT 1"),
                        List.of("DO $$ BEGIN CREATE TABLE at_once (n int); TRUNCATE at_once;"
                                + " INSERT INTO at_once SELECT generate_series(1, 5000); END $$"),
                        List.of(
                                "DO $$ BEGIN TRUNCATE at_once; INSERT INTO at_once SELECT generate_series(1, 700); END $$")),
                Scenario.of(
                        "rolled back",
                        List.of(table("undone", 3000)),
                        List.of("DO $$ BEGIN DELETE FROM undone; CREATE TABLE never (n int);"
                                + " RAISE EXCEPTION 'no'; EXCEPTION WHEN raise_exception THEN END $$"),
                        List.of("DO $$ BEGIN TRUNCATE undone; RAISE EXCEPTION 'no';"
                                + " EXCEPTION WHEN raise_exception THEN END $$")),
                Scenario.of(
                        "long values out of line",
                        List.of(
                                "CREATE TABLE toasted (n int, text text)",
                                "ALTER TABLE toasted ALTER text SET STORAGE EXTERNAL",
                                "INSERT INTO toasted SELECT n, repeat(md5(n::text), 300) FROM generate_series(1, 300) n"),
                        List.of("UPDATE toasted SET text = text || 'more' WHERE n % 50 = 0"),
                        List.of("DELETE FROM toasted WHERE n > 100", "VACUUM toasted")));
    }

    private static List<Scenario> rewrites() {
        return List.of(
                Scenario.of(
                        "VACUUM FULL, CLUSTER, REINDEX",
                        List.of(
                                table("packed", 6000),
                                table("ordered", 6000),
                                table("indexed", 6000),
                                "CREATE INDEX ordered_n ON ordered (n DESC)",
                                "CREATE INDEX indexed_n ON indexed (n)"),
                        List.of(
                                "DELETE FROM packed WHERE n % 2 = 0",
                                "VACUUM FULL packed", "CLUSTER ordered USING ordered_n", "REINDEX TABLE indexed"),
                        List.of(
                                "UPDATE packed SET n = -n WHERE n < 100",
                                "UPDATE ordered SET n = -n WHERE n < 100",
                                "UPDATE indexed SET n = -n WHERE n < 100",
                                "VACUUM FULL packed",
                                "REINDEX INDEX CONCURRENTLY indexed_n")),
                Scenario.of(
                        "catalogues rewritten",
                        List.of("SELECT 1"),
                        List.of("VACUUM FULL pg_class", "REINDEX TABLE pg_attribute", "VACUUM FULL pg_authid"),
                        List.of("CREATE ROLE somebody", "VACUUM FULL pg_database")),
                Scenario.of(
                        "columns rewritten",
                        List.of(table("altered", 4000)),
                        List.of(
                                "ALTER TABLE altered ALTER n TYPE bigint",
                                "ALTER TABLE altered ADD more int DEFAULT 5"),
                        List.of(
                                "ALTER TABLE altered ADD lots float DEFAULT random()",
                                "UPDATE altered SET more = 6 WHERE n = 7")),
                Scenario.of(
                        "views that hold rows, sequences, partitions",
                        List.of(
                                table("viewed", 2000),
                                "CREATE MATERIALIZED VIEW held AS SELECT * FROM viewed",
                                "CREATE SEQUENCE counter",
                                "CREATE TABLE parted (n int) PARTITION BY RANGE (n)",
                                "CREATE TABLE parted_low PARTITION OF parted FOR VALUES FROM (0) TO (1000)"),
                        List.of(
                                "UPDATE viewed SET text = 'v' WHERE n = 1",
                                "REFRESH MATERIALIZED VIEW held",
                                "SELECT nextval('counter') FROM generate_series(1, 100)",
                                "CREATE TABLE parted_high PARTITION OF parted FOR VALUES FROM (1000) TO (2000)",
                                "INSERT INTO parted SELECT generate_series(0, 1999)"),
                        List.of(
                                "SELECT setval('counter', 7)",
                                "ALTER TABLE parted DETACH PARTITION parted_low",
                                "DELETE FROM parted WHERE n % 2 = 0")));
    }

    private static List<Scenario> persistence() {
        return List.of(
                Scenario.of(
                        "unlogged and temporary",
                        List.of(
                                "CREATE UNLOGGED TABLE unlogged AS " + ROWS.formatted(2000),
                                "CREATE INDEX ON unlogged (n)",
                                table("to_unlogged", 2000),
                                "CREATE UNLOGGED TABLE to_logged AS " + ROWS.formatted(2000)),
                        List.of(
                                "CREATE TEMPORARY TABLE passing AS SELECT 1 AS n",
                                "ALTER TABLE to_unlogged SET UNLOGGED",
                                "ALTER TABLE to_logged SET LOGGED",
                                insert("unlogged", 100)),
                        List.of(
                                "ALTER TABLE to_unlogged SET LOGGED",
                                "UPDATE to_logged SET text = 'l' WHERE n % 100 = 0",
                                "UPDATE to_unlogged SET text = 'l' WHERE n % 100 = 0",
                                "TRUNCATE unlogged")),
                Scenario.of(
                        "prepared transactions",
                        List.of(
                                // Elsewhere they would keep VACUUM from removing rows.
                                "CREATE DATABASE ready",
                                "ready:CREATE TABLE prepared (line text)",
                                "ready:BEGIN; INSERT INTO prepared VALUES ('one'); PREPARE TRANSACTION 'one'",
                                "ready:BEGIN; INSERT INTO prepared VALUES ('two'); PREPARE TRANSACTION 'two'"),
                        List.of(
                                "ready:COMMIT PREPARED 'one'",
                                "ready:BEGIN; INSERT INTO prepared VALUES ('three'); PREPARE TRANSACTION 'three'"),
                        List.of("ready:ROLLBACK PREPARED 'two'", "ready:COMMIT PREPARED 'three'")),
                Scenario.of(
                        "large objects",
                        List.of(
                                "SELECT lo_from_bytea(n, decode(repeat('ab', 20000), 'hex')) FROM generate_series(5001, 5020) n"),
                        List.of("SELECT lo_put(5003, 9000, '\\x00010203')", "SELECT lo_unlink(5004)"),
                        List.of("SELECT lo_from_bytea(5030, '\\x42')", "SELECT lo_put(5003, 15000, '\\xff')")));
    }

    private static List<Scenario> indexes() {
        return List.of(Scenario.of(
                "indexes of every kind",
                List.of(
                        "CREATE TABLE kinds AS SELECT n, ARRAY[n % 100, n % 77] AS list, point(n % 90, n % 80) AS place,"
                                + " md5(n::text) AS text FROM generate_series(1, 8000) n",
                        "CREATE INDEX ON kinds USING gin (list)",
                        "CREATE INDEX ON kinds USING hash (n)",
                        "CREATE INDEX ON kinds USING brin (n) WITH (pages_per_range = 4, autosummarize = off)",
                        "CREATE INDEX ON kinds USING gist (place)",
                        "CREATE INDEX ON kinds USING spgist (text)"),
                List.of(
                        "INSERT INTO kinds SELECT n, ARRAY[n], point(n, 1), 'i' FROM generate_series(8001, 12000) n",
                        "DELETE FROM kinds WHERE n % 3 = 0",
                        "VACUUM kinds"),
                List.of(
                        "UPDATE kinds SET list = ARRAY[1, 2, 3] WHERE n % 50 = 1",
                        "SELECT brin_summarize_new_values('kinds_n_idx1')",
                        "DELETE FROM kinds WHERE n > 9000",
                        "VACUUM kinds")));
    }

    private static List<Scenario> others() {
        return List.of(
                Scenario.of(
                        "bits that only readers set",
                        List.of(table("hinted", 6000), "CHECKPOINT"),
                        List.of("SELECT count(*) FROM hinted", "CHECKPOINT"),
                        List.of("DELETE FROM hinted WHERE n = 1", "SELECT count(*) FROM hinted", "CHECKPOINT")),
                Scenario.of(
                        "frozen",
                        List.of(table("frozen", 6000)),
                        List.of("VACUUM (FREEZE) frozen"),
                        List.of("UPDATE frozen SET n = -n WHERE n < 50", "VACUUM (FREEZE) frozen")));
    }

    private static List<Scenario> databases() {
        var keeping = List.of("mould:CREATE TABLE kept AS " + ROWS.formatted(2000), "mould:CREATE INDEX ON kept (n)");
        var setup = new ArrayList<>(List.of("CREATE DATABASE mould"));
        setup.addAll(keeping);
        setup.add("CREATE DATABASE doomed TEMPLATE mould");
        return List.of(
                Scenario.of(
                        "databases made and dropped",
                        setup,
                        List.of(
                                "CREATE DATABASE plain TEMPLATE mould",
                                "plain:UPDATE kept SET text = 'plain' WHERE n % 500 = 0",
                                "DROP DATABASE doomed"),
                        List.of("plain:DROP TABLE kept", "CREATE DATABASE doomed", "doomed:CREATE TABLE kept (n int)")),
                Scenario.of(
                                "databases by either strategy, and again with the same number",
                                List.of(
                                        "CREATE DATABASE logged OID 600001 TEMPLATE mould STRATEGY wal_log",
                                        "CREATE DATABASE copied OID 600002 TEMPLATE mould STRATEGY file_copy"),
                                List.of(
                                        "mould:UPDATE kept SET text = 'again'",
                                        "DROP DATABASE logged",
                                        "DROP DATABASE copied",
                                        "CREATE DATABASE logged OID 600001 TEMPLATE mould STRATEGY wal_log",
                                        "CREATE DATABASE copied OID 600002 TEMPLATE mould STRATEGY file_copy",
                                        "logged:UPDATE kept SET text = 'logged' WHERE n = 1",
                                        "copied:UPDATE kept SET text = 'copied' WHERE n = 1"),
                                List.of(
                                        "mould:UPDATE kept SET text = 'a third time'",
                                        "DROP DATABASE copied",
                                        "CREATE DATABASE copied OID 600002 TEMPLATE mould STRATEGY file_copy",
                                        "copied:UPDATE kept SET text = 'copied' WHERE n % 1000 = 1"))
                        .onlySince(15));
    }

    private static List<Scenario> places(Path folders) {
        return List.of(
                Scenario.of(
                        "tablespaces",
                        List.of(
                                "CREATE TABLESPACE outside LOCATION '%s'".formatted(folders.resolve("outside")),
                                "CREATE TABLESPACE doomed LOCATION '%s'".formatted(folders.resolve("doomed")),
                                "CREATE TABLE there TABLESPACE outside AS " + ROWS.formatted(4000),
                                "CREATE TABLE in_doomed TABLESPACE doomed AS " + ROWS.formatted(1000),
                                table("moving", 4000),
                                "CREATE INDEX moving_n ON moving (n)",
                                "CREATE DATABASE wandering TEMPLATE mould"),
                        List.of(
                                "UPDATE there SET text = 't' WHERE n % 400 = 0",
                                "ALTER TABLE moving SET TABLESPACE outside",
                                "ALTER DATABASE wandering SET TABLESPACE outside",
                                "wandering:UPDATE kept SET text = 'there' WHERE n = 2",
                                "DROP TABLE in_doomed",
                                "DROP TABLESPACE doomed"),
                        List.of(
                                "ALTER INDEX moving_n SET TABLESPACE outside",
                                "ALTER TABLE moving SET TABLESPACE pg_default",
                                "UPDATE moving SET text = 'm' WHERE n % 400 = 0",
                                "mould:UPDATE kept SET text = 'somewhere'",
                                "ALTER DATABASE wandering SET TABLESPACE pg_default",
                                "wandering:UPDATE kept SET text = 'here' WHERE n = 3",
                                "CREATE TABLESPACE late LOCATION '%s'".formatted(folders.resolve("late")),
                                "CREATE TABLE in_late TABLESPACE late AS " + ROWS.formatted(1000))),
                Scenario.of(
                                "a tablespace in place",
                                List.of(
                                        "CREATE TABLESPACE inside LOCATION ''",
                                        "CREATE TABLE within TABLESPACE inside AS " + ROWS.formatted(4000)),
                                List.of("UPDATE within SET text = 'w' WHERE n % 400 = 0"),
                                List.of("TRUNCATE within", insert("within", 3000)))
                        .onlySince(15),
                Scenario.of(
                        "loaded in bulk",
                        List.of(
                                table("loaded", 20000),
                                "COPY loaded TO '%s'".formatted(folders.resolve("files/rows")),
                                "CREATE TABLE bulk (n int, text text)",
                                "COPY bulk FROM '%s'".formatted(folders.resolve("files/rows"))),
                        // Ends in pages of zeros, which no WAL tells of, where rows were before.
                        List.of(
                                "DELETE FROM bulk WHERE n > 200",
                                "VACUUM bulk",
                                "COPY bulk FROM '%s'".formatted(folders.resolve("files/rows"))),
                        List.of(
                                "DELETE FROM bulk WHERE ctid >= '(400,0)'",
                                "VACUUM bulk",
                                "COPY bulk FROM '%s'".formatted(folders.resolve("files/rows")))));
    }
}
