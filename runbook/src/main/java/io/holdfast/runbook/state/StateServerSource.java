package io.holdfast.runbook.state;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** Connections to the server of a state directory, wherever it listens by now; starts it where it has no owner. */
final class StateServerSource extends SimpleSource {

    private final StateServer server;

    StateServerSource(StateServer server) {
        this.server = server;
    }

    @Override
    public Connection getConnection() throws SQLException {
        var running = server.running();
        if (running.isEmpty()) {
            server.ensure();
            running = server.running();
        }
        if (running.isEmpty()) {
            throw new SQLException("the state server in '%s' does not run yet".formatted(server), "57P03");
        }
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:%d/postgres"
                        .formatted(running.get().port()),
                properties());
    }

    private Properties properties() throws SQLException {
        var properties = StateDatabase.properties();
        properties.setProperty("user", "postgres");
        try {
            properties.setProperty("password", server.password());
        } catch (IOException e) {
            throw new SQLException(
                    "cannot read the password of the state server in '%s'".formatted(server), "28000", e);
        }
        return properties;
    }
}
