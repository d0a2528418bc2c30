package io.holdfast.demo.application;

import java.sql.Connection;
import java.sql.SQLException;

/** The database of optimal_build: users, and the projects they build. */
final class Schema {

    static final String DATABASE = "optimal_build";
    static final int USERS = 50;

    /** Projects that were there before the demo began; their ids are negative. */
    static final int OLD_PROJECTS = 150_000;

    private Schema() {}

    static void create(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("""
                    CREATE TABLE users (
                        id int PRIMARY KEY, email text NOT NULL UNIQUE, projects bigint NOT NULL DEFAULT 0)
                    """);
            statement.execute("""
                    CREATE TABLE projects (
                        id bigint PRIMARY KEY,
                        owner int NOT NULL REFERENCES users,
                        name text NOT NULL,
                        budget bigint NOT NULL,
                        updated_at timestamptz NOT NULL DEFAULT now())
                    """);
            statement.execute(
                    "INSERT INTO users (id, email) SELECT i, 'user' || i || '@optimal-build.example' FROM generate_series(1, %d) i"
                            .formatted(USERS));
            statement.execute("""
                    INSERT INTO projects (id, owner, name, budget)
                    SELECT -i, i %% %1$d + 1, 'old project ' || i || ' ' || repeat(md5(i::text), 6), i
                    FROM generate_series(1, %2$d) i
                    """.formatted(USERS, OLD_PROJECTS));
            statement.execute("UPDATE users SET projects = (SELECT count(*) FROM projects WHERE owner = users.id)");
            statement.execute("CREATE INDEX projects_updated_at ON projects (updated_at)");
        }
    }

    /** A digest of the rows that nobody changes. */
    static String oldRows(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var result = statement.executeQuery("""
                        SELECT count(*) || ' ' || md5(string_agg(md5(p::text), '' ORDER BY id))
                        FROM (SELECT id, owner, name, budget FROM projects WHERE id < 0) p
                        """)) {
            result.next();
            return result.getString(1);
        }
    }
}
