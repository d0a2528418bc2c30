package io.holdfast.runbook.state;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of runs, open: a pool of connections to it, its tables up to date. Connections find the tables of schema
 * {@code holdfast} by their bare names. Thread-safe.
 */
public final class StateDatabase implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StateDatabase.class);

    private static final String SCHEMA = "holdfast";

    /** What sessions call themselves. */
    private static final String APPLICATION = "holdfast-state";

    private static final Duration START = Duration.ofMinutes(1);
    private static final Duration GUARD = Duration.ofMillis(500);
    private static final Duration CONNECT = Duration.ofSeconds(15);
    private static final int POOL = 16;

    /**
     * A process that is stopped or cut off in the middle of a transaction must not keep a run locked: neither controls nor
     * whoever takes the run over would get by. Shorter than the time after which it counts as dead.
     */
    private static final Duration LONGEST_IDLE = Duration.ofSeconds(5);

    /**
     * For what must not wait until runs have written: whoever shows no life for seconds is taken for dead. Nor does it wait
     * for the disk: what a crash of the server takes of it is made anew.
     */
    private static final int SCHEDULING = 3;

    private final HikariDataSource pool;
    private final HikariDataSource scheduling;
    private final Optional<StateServer> server;
    private final Optional<Thread> guard;

    private StateDatabase(HikariDataSource pool, HikariDataSource scheduling, Optional<StateServer> server) {
        this.pool = pool;
        this.scheduling = scheduling;
        this.server = server;
        guard = server.map(owned -> Thread.ofVirtual().name("state-guard").start(() -> guard(owned)));
    }

    /**
     * Opens it; makes it where there is none.
     *
     * @throws StateException if it cannot be reached or made
     */
    public static StateDatabase open(StateLocation location) {
        return switch (location) {
            case StateLocation.Folder(var path) -> open(StateServer.open(path));
            case StateLocation.Database database -> open(database);
        };
    }

    private static StateDatabase open(StateServer server) {
        try {
            server.ensure();
            awaitServer(server);
            return open(new StateServerSource(server), Optional.of(server), server.toString());
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private static StateDatabase open(StateLocation.Database location) {
        if (!location.isUsable()) {
            throw new StateException(
                    "HOLDFAST_STATE_URL is no JDBC URL of a PostgreSQL database",
                    "give it as jdbc:postgresql://HOST:PORT/DATABASE?user=USER&password=PASSWORD",
                    null);
        }
        return open(new UrlSource(location.url()), Optional.empty(), location.toString());
    }

    private static StateDatabase open(DataSource source, Optional<StateServer> server, String place) {
        migrate(source, place);
        return new StateDatabase(
                pool(source, "holdfast-state", POOL, ""),
                pool(source, "holdfast-scheduling", SCHEDULING, "; set synchronous_commit = off"),
                server);
    }

    /** Another process may be starting it just now, or have ended just before. */
    private static void awaitServer(StateServer server) {
        var end = System.nanoTime() + START.toNanos();
        while (server.running().isEmpty()) {
            if (System.nanoTime() > end) {
                throw new StateException(
                        "the state server in '%s', which another process owns, does not start".formatted(server),
                        "see '%s/data.server.log'".formatted(server),
                        null);
            }
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            server.ensure();
        }
    }

    private static HikariDataSource pool(DataSource source, String name, int size, String more) {
        var config = new HikariConfig();
        config.setDataSource(source);
        config.setPoolName(name);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(0);
        config.setInitializationFailTimeout(-1);
        config.setConnectionTimeout(CONNECT.toMillis());
        config.setConnectionInitSql(
                "set idle_in_transaction_session_timeout = %d".formatted(LONGEST_IDLE.toMillis()) + more);
        return new HikariDataSource(config);
    }

    private static void migrate(DataSource source, String place) {
        try {
            Flyway.configure()
                    .dataSource(source)
                    .schemas(SCHEMA)
                    .defaultSchema(SCHEMA)
                    .locations("classpath:io/holdfast/runbook/state")
                    .connectRetries(5)
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            throw new StateException(
                    "cannot bring the tables of the state in '%s' up to date: %s".formatted(place, e.getMessage()),
                    "see whether the database can be reached and its user may create a schema",
                    e);
        }
    }

    static Properties properties() {
        var properties = new Properties();
        properties.setProperty("ApplicationName", APPLICATION);
        properties.setProperty("currentSchema", SCHEMA);
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("socketTimeout", "60");
        properties.setProperty("tcpKeepAlive", "true");
        return properties;
    }

    public DataSource source() {
        return pool;
    }

    /** The same by connections of its own: for whoever shows by it that this process is alive. */
    public DataSource scheduling() {
        return scheduling;
    }

    /** Takes the server over when its owner is gone, and starts it again when it is gone itself. */
    private static void guard(StateServer server) {
        while (!Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(GUARD.toNanos());
            try {
                server.ensure();
            } catch (RuntimeException e) {
                LOG.warn("cannot keep the state server up folder={}: {}", server, e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        guard.ifPresent(StateDatabase::end);
        scheduling.close();
        pool.close();
        server.ifPresent(StateServer::close);
    }

    private static void end(Thread thread) {
        thread.interrupt();
        try {
            thread.join(Duration.ofMinutes(2));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Connections by a URL. */
    private static final class UrlSource extends SimpleSource {

        private final String url;

        UrlSource(String url) {
            this.url = url;
        }

        @Override
        public Connection getConnection() throws SQLException {
            return DriverManager.getConnection(url, properties());
        }
    }
}
