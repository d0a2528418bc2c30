package io.holdfast.postgres.backup;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/** Random statements, each of which succeeds: the state that they need is known. */
final class TortureWorkload {

    private static final List<String> KINDS = List.of("btree (n)", "hash (n)", "brin (n)", "gin (list)", "btree (v)");

    private final TestCluster cluster;
    private final Random random;
    private final String prefix;
    private final List<String> tables = new ArrayList<>();
    private final List<String> databases = new ArrayList<>();
    private final TreeSet<Integer> largeObjects = new TreeSet<>();
    private int made;

    /** @param prefix of the names of all that it makes */
    TortureWorkload(TestCluster cluster, Random random, String prefix) {
        this.cluster = cluster;
        this.random = random;
        this.prefix = prefix;
    }

    /** Does one thing, and says what. */
    String step() {
        var statements = tables.size() < 2 ? List.of(create()) : statements();
        statements.forEach(cluster::execute);
        return String.join("; ", statements);
    }

    /** What is written by rows, into tables that are there: nothing that another session would wait for. */
    String rows() {
        var statement = tables.size() < 2 ? create() : rows(table());
        cluster.execute(statement);
        return statement;
    }

    private List<String> statements() {
        var table = table();
        return switch (random.nextInt(26)) {
            case 0, 1, 2, 3, 4, 5, 6, 7, 8 -> List.of(rows(table));
            case 9 -> List.of("VACUUM " + table);
            case 10 -> List.of("VACUUM (FREEZE) " + table);
            case 11 -> List.of("TRUNCATE " + table);
            case 12 -> List.of("DELETE FROM %s WHERE n > %d".formatted(table, random.nextInt(6000)), "VACUUM " + table);
            case 13 -> List.of("VACUUM FULL " + table);
            case 14 -> List.of(drop(table), create());
            case 15 -> List.of(create());
            case 16 -> List.of("CREATE INDEX ON %s USING %s".formatted(table, KINDS.get(random.nextInt(KINDS.size()))));
            case 17 -> List.of("REINDEX TABLE " + table);
            case 18 -> List.of("ALTER TABLE %s SET TABLESPACE %s".formatted(table, tablespace()));
            case 19 ->
                List.of("ALTER TABLE %s SET %s".formatted(table, random.nextInt(3) == 0 ? "UNLOGGED" : "LOGGED"));
            case 20 -> copy(table);
            case 21 -> List.of("CHECKPOINT");
            case 22 -> List.of(database());
            case 23 -> List.of(largeObject());
            case 24 ->
                List.of("DO $$ BEGIN DELETE FROM %s; CREATE TABLE never (n int); RAISE EXCEPTION 'no';".formatted(table)
                        + " EXCEPTION WHEN raise_exception THEN END $$");
            default -> List.of("SELECT count(*) FROM " + table, "CHECKPOINT");
        };
    }

    private String table() {
        return tables.get(random.nextInt(tables.size()));
    }

    private String rows(String table) {
        int part = 1 + random.nextInt(400);
        return switch (random.nextInt(4)) {
            case 0 -> insert(table, random.nextInt(4) == 0 ? 8000 : 1 + random.nextInt(500));
            case 1 -> "DELETE FROM %s WHERE n %% %d = 0".formatted(table, part);
            default -> "UPDATE %s SET v = md5(v) WHERE n %% %d = %d".formatted(table, part, random.nextInt(part));
        };
    }

    private String insert(String table, int rows) {
        return "INSERT INTO %s %s".formatted(table, rows(rows));
    }

    private String rows(int count) {
        return "SELECT n, repeat(md5((n + %d)::text), %d) AS v, ARRAY[n %% 10, n %% 7] AS list FROM generate_series(1, %d) n"
                .formatted(random.nextInt(1000), 1 + random.nextInt(8), count);
    }

    private String create() {
        var name = "%s_%d".formatted(prefix, ++made);
        tables.add(name);
        return "CREATE TABLE %s TABLESPACE %s AS %s".formatted(name, tablespace(), rows(random.nextInt(3000)));
    }

    private String drop(String table) {
        tables.remove(table);
        return "DROP TABLE " + table;
    }

    private String tablespace() {
        return random.nextInt(4) == 0 ? "outside" : "pg_default";
    }

    /** Ends in pages of zeros that no WAL tells of. */
    private List<String> copy(String table) {
        var file = cluster.folder().resolve("files/" + prefix);
        return List.of("COPY %s TO '%s'".formatted(table, file), "COPY %s FROM '%s'".formatted(table, file));
    }

    private String database() {
        if (databases.isEmpty() || (databases.size() < 3 && random.nextBoolean())) {
            var name = "%s_db_%d".formatted(prefix, ++made);
            databases.add(name);
            var strategy =
                    cluster.major() < 15 ? "" : random.nextBoolean() ? " STRATEGY wal_log" : " STRATEGY file_copy";
            return "CREATE DATABASE " + name + strategy;
        }
        return "DROP DATABASE " + databases.remove(random.nextInt(databases.size()));
    }

    private String largeObject() {
        if (largeObjects.isEmpty() || random.nextBoolean()) {
            int id = 700000 + ++made;
            largeObjects.add(id);
            return "SELECT lo_from_bytea(%d, decode(repeat('ab', %d), 'hex'))".formatted(id, random.nextInt(30000));
        }
        int id = largeObjects.first();
        if (random.nextInt(3) == 0) {
            largeObjects.remove(id);
            return "SELECT lo_unlink(%d)".formatted(id);
        }
        return "SELECT lo_put(%d, %d, 'x')".formatted(id, random.nextInt(20000));
    }

    /** What can be seen again after the cluster went back in time: everything that it has made is looked for. */
    void lookAgain() {
        tables.clear();
        databases.clear();
        largeObjects.clear();
        try (var session = cluster.sql()) {
            tables.addAll(session.list(
                    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE '%s\\_%%' ORDER BY relname"
                            .formatted(prefix),
                    row -> row.text("relname")));
            databases.addAll(session.list(
                    "SELECT datname FROM pg_database WHERE datname LIKE '%s\\_db\\_%%' ORDER BY datname"
                            .formatted(prefix),
                    row -> row.text("datname")));
            session.list("SELECT oid::int AS id FROM pg_largeobject_metadata", row -> row.integer("id"))
                    .forEach(largeObjects::add);
        }
    }
}
