package io.holdfast.postgres.cluster;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;

/**
 * One SQL connection. Every statement is its own transaction; the server's, the database's and the role's defaults
 * are overridden (see {@link SessionSettings}). Its owner closes it. One thread uses it at a time. Every problem is a
 * {@link ServerException}.
 */
public final class SqlSession implements AutoCloseable {

    private static final int ROWS_HELD = 10_000;

    /** Nobody knows how long they are. */
    private static final int FOREIGN_ROWS_HELD = 100;

    private final ServerAddress address;
    private final Connection connection;

    private SqlSession(ServerAddress address, Connection connection) {
        this.address = address;
        this.connection = connection;
    }

    public static SqlSession open(ConnectionSettings settings) {
        var address = settings.address();
        try {
            var connection = new Driver().connect(url(settings), properties(settings));
            if (connection == null) {
                throw new IllegalStateException("pgjdbc does not take its own URL");
            }
            var session = new SqlSession(address, connection);
            session.pinWhatTheDriverDecides();
            return session;
        } catch (SQLException e) {
            throw SqlErrors.translate(address, e);
        }
    }

    public ServerAddress address() {
        return address;
    }

    /**
     * How long the server may stay silent while it works on one statement, after which the connection is lost; zero,
     * as at the beginning, is for ever: a checkpoint or a lock can take any time.
     */
    public void allowSilence(Duration limit) {
        attempt(() -> {
            connection.setNetworkTimeout(Runnable::run, Math.toIntExact(limit.toMillis()));
            return limit;
        });
    }

    /** The only row of a query that always has one. */
    public <T> T one(String sql, RowMapper<T> mapper, Object... arguments) {
        var rows = list(sql, mapper, arguments);
        if (rows.size() != 1) {
            throw ServerException.protocol(address, "a query gave %d rows instead of one".formatted(rows.size()));
        }
        return rows.getFirst();
    }

    public <T> Optional<T> first(String sql, RowMapper<T> mapper, Object... arguments) {
        return list(sql, mapper, arguments).stream().findFirst();
    }

    /** All rows, held in memory. */
    public <T> List<T> list(String sql, RowMapper<T> mapper, Object... arguments) {
        return attempt(() -> {
            try (var statement = prepare(sql, arguments);
                    var result = statement.executeQuery()) {
                var rows = new ArrayList<T>();
                var row = new Row(address, result);
                while (result.next()) {
                    rows.add(mapper.map(row));
                }
                return List.copyOf(rows);
            }
        });
    }

    /**
     * The first value of the first row that a query gives, as text; empty if that is null, or there is none. No parameters: it may be
     * anybody's. All rows are read, as an error may come with the last one; only some are held in memory.
     */
    public Optional<String> answer(String query) {
        return attempt(() -> {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.setFetchSize(FOREIGN_ROWS_HELD);
                try (var result = statement.executeQuery(query)) {
                    var first = result.next() ? Optional.ofNullable(result.getString(1)) : Optional.<String>empty();
                    while (result.next()) {
                        // Reads on.
                    }
                    return first;
                }
            } finally {
                endTransaction();
            }
        });
    }

    /**
     * What a query of anybody's answers, in a read-only transaction that is rolled back. Tables without a schema are
     * looked for in {@code public}.
     *
     * @param parameters for its question marks, in order; the server takes each for what it needs there
     * @param most rows that are fetched
     * @throws UnsafeQueryException if it is more than one statement, or no SELECT
     */
    public QueryAnswer look(String query, List<String> parameters, int most) {
        return attempt(() -> {
            UnsafeQueryException.refuse(query);
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.execute("SET TRANSACTION READ ONLY");
                statement.execute("SET LOCAL search_path = public");
                return QueryAnswer.of(connection, query, parameters, most);
            } finally {
                endTransaction();
            }
        });
    }

    /** Does all of it in one transaction, or nothing. */
    public void together(List<String> statements) {
        attempt(() -> {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                for (var sql : statements) {
                    statement.execute(sql);
                }
                connection.commit();
                return address;
            } finally {
                endTransaction();
            }
        });
    }

    /** Asks the server to end what it does for this session now. From any thread. */
    public void cancel() {
        attempt(() -> {
            connection.unwrap(PGConnection.class).cancelQuery();
            return address;
        });
    }

    /**
     * Shows all rows to a reader, one after the other; however many they are, only some are held in memory. The reader
     * must not use this session.
     */
    public void stream(String sql, RowReader reader, Object... arguments) {
        attempt(() -> {
            // Without a transaction around it pgjdbc fetches everything at once.
            connection.setAutoCommit(false);
            try (var statement = prepare(sql, arguments)) {
                statement.setFetchSize(ROWS_HELD);
                try (var result = statement.executeQuery()) {
                    var row = new Row(address, result);
                    while (result.next()) {
                        reader.read(row);
                    }
                }
            } finally {
                endTransaction();
            }
            return address;
        });
    }

    /** Nothing was changed. A connection that is broken says so by what is thrown already. */
    private void endTransaction() throws SQLException {
        if (!connection.isClosed()) {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    /** Runs a statement; a result set is thrown away. */
    public void execute(String sql, Object... arguments) {
        attempt(() -> {
            try (var statement = prepare(sql, arguments)) {
                return statement.execute();
            }
        });
    }

    @Override
    public void close() {
        attempt(() -> {
            connection.close();
            return address;
        });
    }

    private PreparedStatement prepare(String sql, Object... arguments) throws SQLException {
        var statement = connection.prepareStatement(sql);
        for (var i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
        return statement;
    }

    /** pgjdbc puts the JVM's time zone behind our options in the startup packet, and the last one counts. */
    private void pinWhatTheDriverDecides() throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
            if (connection.getMetaData().getDatabaseMajorVersion() >= 17) {
                statement.execute("SET transaction_timeout = 0");
            }
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Host and database belong here: a URL without them brings defaults that displace the properties. */
    private static String url(ConnectionSettings settings) {
        var place = switch (settings.address()) {
            case ServerAddress.Tcp tcp -> tcp.toString();
            case ServerAddress.UnixSocket socket -> "localhost:" + socket.port();
        };
        return "jdbc:postgresql://%s/%s"
                .formatted(place, URLEncoder.encode(settings.database(), StandardCharsets.UTF_8));
    }

    private static Properties properties(ConnectionSettings settings) {
        var properties = new Properties();
        PGProperty.USER.set(properties, settings.user());
        settings.password()
                .find(settings.address(), settings.database(), settings.user())
                .ifPresent(password -> PGProperty.PASSWORD.set(properties, password.reveal()));
        PGProperty.APPLICATION_NAME.set(properties, settings.applicationName());
        PGProperty.OPTIONS.set(properties, SessionSettings.startupOptions());
        var seconds = Math.toIntExact(Math.max(1, settings.connectTimeout().toSeconds()));
        PGProperty.CONNECT_TIMEOUT.set(properties, seconds);
        PGProperty.LOGIN_TIMEOUT.set(properties, seconds);
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        PGProperty.GSS_ENC_MODE.set(properties, "disable");
        switch (settings.address()) {
            case ServerAddress.Tcp _ -> useTls(properties, settings);
            case ServerAddress.UnixSocket socket -> {
                PGProperty.SSL_MODE.set(properties, SslMode.DISABLE.toString());
                PGProperty.SOCKET_FACTORY.set(properties, UnixSocketFactory.class.getName());
                PGProperty.SOCKET_FACTORY_ARG.set(properties, socket.file().toString());
            }
        }
        return properties;
    }

    private static void useTls(Properties properties, ConnectionSettings settings) {
        var mode = settings.sslMode() == SslMode.REQUIRE
                        && settings.sslRootCertificate().isPresent()
                ? SslMode.VERIFY_CA
                : settings.sslMode();
        PGProperty.SSL_MODE.set(properties, mode.toString());
        if (!mode.insists()) {
            // Whoever sits between could ask for the password in clear text.
            PGProperty.REQUIRE_AUTH.set(properties, "!password");
        }
        settings.sslRootCertificate().ifPresent(file -> PGProperty.SSL_ROOT_CERT.set(properties, file.toString()));
    }

    private <T> T attempt(SqlCall<T> call) {
        try {
            return call.run();
        } catch (SQLException e) {
            throw SqlErrors.translate(address, e);
        }
    }

    private interface SqlCall<T> {

        T run() throws SQLException;
    }
}
