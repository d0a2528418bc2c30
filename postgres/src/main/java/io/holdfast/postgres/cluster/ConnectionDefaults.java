package io.holdfast.postgres.cluster;

import io.holdfast.problem.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What libpq would take when nothing is said: its environment variables, the password file and the local socket.
 * Source: src/interfaces/libpq/fe-connect.c, PQconninfoOptions.
 *
 * @param environment the process's variables
 * @param home where {@code .pgpass} and {@code .postgresql/root.crt} are
 * @param account the operating system's name of this user: the default database user
 * @param socketFolders tried in this order when no host is given
 */
public record ConnectionDefaults(Map<String, String> environment, Path home, String account, List<Path> socketFolders) {

    public static final int DEFAULT_PORT = 5432;

    public ConnectionDefaults {
        environment = Map.copyOf(environment);
        socketFolders = List.copyOf(socketFolders);
    }

    /** Of this process. */
    public static ConnectionDefaults ofThisProcess() {
        return new ConnectionDefaults(
                System.getenv(),
                Path.of(System.getProperty("user.home")),
                System.getProperty("user.name"),
                List.of(Path.of("/var/run/postgresql"), Path.of("/tmp")));
    }

    public ConnectionSettings settings() {
        return settings(Map.of());
    }

    /** With libpq's connection parameters ({@code host}, {@code sslmode}, ...) before the environment. */
    public ConnectionSettings settings(Map<String, String> parameters) {
        ConnectionParameter.refuseUnknown(parameters.keySet());
        var chosen = new Choice(parameters, environment);
        var port = chosen.of(ConnectionParameter.PORT)
                .map(text -> number("port", text))
                .orElse(DEFAULT_PORT);
        var address = chosen.of(ConnectionParameter.HOST)
                .map(host -> ServerAddress.of(host, port))
                .orElseGet(() -> localAddress(port));
        var user = chosen.of(ConnectionParameter.USER).orElse(account);
        var settings = ConnectionSettings.of(
                        address, user, chosen.of(ConnectionParameter.DBNAME).orElse(user))
                .withPassword(password(chosen));
        settings = chosen.of(ConnectionParameter.SSLMODE)
                .map(SslMode::parse)
                .map(settings::withSslMode)
                .orElse(settings);
        settings = chosen.of(ConnectionParameter.APPLICATION_NAME)
                .map(settings::withApplicationName)
                .orElse(settings);
        settings = chosen.of(ConnectionParameter.CONNECT_TIMEOUT)
                .map(text -> Duration.ofSeconds(number("connect_timeout", text)))
                .map(settings::withConnectTimeout)
                .orElse(settings);
        return rootCertificate(chosen).map(settings::withSslRootCertificate).orElse(settings);
    }

    private ServerAddress localAddress(int port) {
        return socketFolders.stream()
                .map(folder -> new ServerAddress.UnixSocket(folder, port))
                .filter(socket -> Files.exists(socket.file()))
                .map(ServerAddress.class::cast)
                .findFirst()
                .orElseGet(() -> new ServerAddress.Tcp("localhost", port));
    }

    private PasswordSource password(Choice chosen) {
        return chosen.of(ConnectionParameter.PASSWORD)
                .map(Secret::of)
                .map(PasswordSource::given)
                .orElseGet(() -> new PasswordFile(
                        chosen.of(ConnectionParameter.PASSFILE).map(Path::of).orElse(home.resolve(".pgpass"))));
    }

    private Optional<Path> rootCertificate(Choice chosen) {
        return chosen.of(ConnectionParameter.SSLROOTCERT)
                .map(Path::of)
                .or(() -> Optional.of(home.resolve(".postgresql/root.crt")).filter(Files::isRegularFile));
    }

    private static int number(String what, String text) {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw new InvalidConnectionException(
                    "%s is not a number: '%s'".formatted(what, text), "write it in decimal digits");
        }
    }

    private record Choice(Map<String, String> parameters, Map<String, String> environment) {

        Optional<String> of(ConnectionParameter parameter) {
            return Optional.ofNullable(parameters.get(parameter.word()))
                    .or(() -> Optional.ofNullable(environment.get(parameter.variable())))
                    .filter(text -> !text.isEmpty());
        }
    }
}
