package io.holdfast.embedded;

import java.sql.DriverManager;
import java.sql.SQLException;

/** One statement over a session of its own. */
final class Sql {

    private Sql() {}

    static void run(EmbeddedPostgres server, String statement) throws SQLException {
        try (var session = DriverManager.getConnection(server.jdbcUrl("postgres"));
                var sql = session.createStatement()) {
            sql.execute(statement);
        }
    }

    /** The only value of the only row. */
    static String ask(EmbeddedPostgres server, String question) throws SQLException {
        try (var session = DriverManager.getConnection(server.jdbcUrl("postgres"));
                var sql = session.createStatement();
                var answer = sql.executeQuery(question)) {
            answer.next();
            return answer.getString(1);
        }
    }
}
