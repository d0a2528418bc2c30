package io.holdfast.postgres.cluster;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How to reach one server, in libpq's words. Printing it shows no password.
 *
 * @param sslRootCertificate PEM file; absent means {@code ~/.postgresql/root.crt}, if there is one
 * @param applicationName what {@code pg_stat_activity} shows and {@code synchronous_standby_names} lists
 * @param connectTimeout for the network part and the authentication, each
 */
public record ConnectionSettings(
        ServerAddress address,
        String user,
        String database,
        PasswordSource password,
        SslMode sslMode,
        Optional<Path> sslRootCertificate,
        String applicationName,
        Duration connectTimeout) {

    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);

    public ConnectionSettings {
        requireWord("user", user);
        requireWord("database", database);
        requireWord("application name", applicationName);
        if (connectTimeout.isNegative() || connectTimeout.isZero()) {
            throw new InvalidConnectionException(
                    "not a connect time-out: %s".formatted(connectTimeout), "use one second or more");
        }
    }

    /** Without a password and TLS only if the server has it, as libpq does when nothing else is said. */
    public static ConnectionSettings of(ServerAddress address, String user, String database) {
        return new ConnectionSettings(
                address,
                user,
                database,
                PasswordSource.none(),
                SslMode.PREFER,
                Optional.empty(),
                "holdfast",
                DEFAULT_CONNECT_TIMEOUT);
    }

    public ConnectionSettings withDatabase(String other) {
        return new ConnectionSettings(
                address, user, other, password, sslMode, sslRootCertificate, applicationName, connectTimeout);
    }

    public ConnectionSettings withUser(String other) {
        return new ConnectionSettings(
                address, other, database, password, sslMode, sslRootCertificate, applicationName, connectTimeout);
    }

    public ConnectionSettings withAddress(ServerAddress other) {
        return new ConnectionSettings(
                other, user, database, password, sslMode, sslRootCertificate, applicationName, connectTimeout);
    }

    public ConnectionSettings withPassword(PasswordSource other) {
        return new ConnectionSettings(
                address, user, database, other, sslMode, sslRootCertificate, applicationName, connectTimeout);
    }

    public ConnectionSettings withSslMode(SslMode other) {
        return new ConnectionSettings(
                address, user, database, password, other, sslRootCertificate, applicationName, connectTimeout);
    }

    public ConnectionSettings withSslRootCertificate(Path other) {
        return new ConnectionSettings(
                address, user, database, password, sslMode, Optional.of(other), applicationName, connectTimeout);
    }

    public ConnectionSettings withApplicationName(String other) {
        return new ConnectionSettings(
                address, user, database, password, sslMode, sslRootCertificate, other, connectTimeout);
    }

    public ConnectionSettings withConnectTimeout(Duration other) {
        return new ConnectionSettings(
                address, user, database, password, sslMode, sslRootCertificate, applicationName, other);
    }

    private static void requireWord(String what, String value) {
        if (value.isEmpty() || value.indexOf('\0') >= 0) {
            throw new InvalidConnectionException("the %s is empty or holds a zero byte".formatted(what), "name one");
        }
    }
}
