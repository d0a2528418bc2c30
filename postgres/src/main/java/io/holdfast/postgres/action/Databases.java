package io.holdfast.postgres.action;

import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.runbook.action.Pause;
import java.time.Duration;
import java.util.Optional;

/**
 * The databases of a server as seen from one of them. Statements with names in them are made by the server's own {@code
 * format}, from values that are bound.
 */
record Databases(SqlSession session) {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    /**
     * One of them.
     *
     * @param open whether clients may connect
     * @param comment empty if there is none
     */
    record Database(String name, boolean open, String comment) {

        boolean bears(Mark mark) {
            return mark.isIn(comment);
        }
    }

    Optional<Database> find(DatabaseName name) {
        return session.first(
                "SELECT datname, datallowconn, coalesce(shobj_description(oid, 'pg_database'), '') AS comment"
                        + " FROM pg_database WHERE datname = ?",
                row -> new Database(row.text("datname"), row.flag("datallowconn"), row.text("comment")),
                name.text());
    }

    /** @throws DatabaseException if there is none of that name */
    void require(DatabaseName name, Server server) {
        if (!isThere(name)) {
            throw DatabaseException.missing(name, server);
        }
    }

    boolean isThere(DatabaseName name) {
        return find(name).isPresent();
    }

    /** A statement, with names for {@code %I} and texts for {@code %L}. */
    String statement(String form, Object... names) {
        var holders = ", ?::text".repeat(names.length);
        var arguments = new Object[names.length + 1];
        arguments[0] = form;
        for (var i = 0; i < names.length; i++) {
            arguments[i + 1] = names[i].toString();
        }
        return session.one(
                "SELECT format(?::text" + holders + ") AS statement", row -> row.text("statement"), arguments);
    }

    String allowing(DatabaseName name, boolean open) {
        return statement("ALTER DATABASE %I WITH ALLOW_CONNECTIONS " + open, name);
    }

    String commenting(DatabaseName name, String comment) {
        return statement("COMMENT ON DATABASE %I IS %L", name, comment);
    }

    /** What is connected to it, without what the server does there by itself. */
    private long sessions(DatabaseName name) {
        return session.one(
                "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = ? AND pid <> pg_backend_pid()"
                        + " AND backend_type IN ('client backend', 'walsender')",
                row -> row.number("n"),
                name.text());
    }

    boolean isQuiet(DatabaseName name) {
        return sessions(name) == 0;
    }

    /**
     * Ends its sessions and waits until they are gone; how many there were.
     *
     * @throws DatabaseException if some stay
     */
    long endSessions(DatabaseName name, Pause pause) throws InterruptedException {
        var begun = System.nanoTime();
        var ended = 0L;
        while (true) {
            ended += session.one(
                    "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) AS n FROM pg_stat_activity"
                            + " WHERE datname = ? AND pid <> pg_backend_pid()"
                            + " AND backend_type IN ('client backend', 'walsender')",
                    row -> row.number("n"),
                    name.text());
            if (isQuiet(name)) {
                return ended;
            }
            if (System.nanoTime() - begun > PATIENCE.toNanos()) {
                throw DatabaseException.busy(name, sessions(name));
            }
            pause.pause(LOOK_AGAIN);
        }
    }
}
