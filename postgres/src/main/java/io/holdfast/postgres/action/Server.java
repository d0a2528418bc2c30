package io.holdfast.postgres.action;

import io.holdfast.postgres.cluster.ConnectionDefaults;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.PasswordSource;
import io.holdfast.postgres.cluster.ServerAddress;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.cluster.SslMode;
import io.holdfast.runbook.action.Aside;
import io.holdfast.runbook.action.Inputs;
import io.holdfast.runbook.action.UnusableInputException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The server that an action is told to work on, by the inputs {@code server}, {@code user}, {@code password}, ... */
record Server(ConnectionSettings settings) {

    private static final Pattern TCP = Pattern.compile(
            "(?<host>[A-Za-z0-9]([A-Za-z0-9._-]{0,252})|\\[[0-9a-fA-F:.]{2,45}])(:(?<port>[0-9]{1,5}))?");
    private static final Pattern SOCKET = Pattern.compile("(?<host>/[^:\\p{Cntrl}]*)(:(?<port>[0-9]{1,5}))?");

    /** What is done in a session. */
    @FunctionalInterface
    interface Work<T> {

        T in(SqlSession session) throws InterruptedException;
    }

    static Server of(Inputs inputs) {
        var defaults = ConnectionDefaults.ofThisProcess();
        var plain = new ConnectionDefaults(Map.of(), defaults.home(), defaults.account(), defaults.socketFolders())
                .settings(Map.of("user", word(inputs, "user", "postgres"), "dbname", "postgres"))
                .withAddress(address(inputs.text("server")));
        var settings = inputs.secretIfGiven("password")
                .map(password -> plain.withPassword(PasswordSource.given(password)))
                .orElse(plain);
        settings = inputs.textIfGiven("ssl-mode")
                .map(SslMode::parse)
                .map(settings::withSslMode)
                .orElse(settings);
        return new Server(inputs.textIfGiven("ssl-root-certificate")
                .map(Server::file)
                .map(settings::withSslRootCertificate)
                .orElse(settings));
    }

    private static String word(Inputs inputs, String name, String otherwise) {
        var text = inputs.textIfGiven(name).orElse(otherwise);
        if (text.isEmpty()) {
            throw new UnusableInputException(name, "is empty", "leave it out, or name one");
        }
        return text;
    }

    private static Path file(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException _) {
            throw new UnusableInputException("ssl-root-certificate", "is no path", "name a PEM file");
        }
    }

    private static ServerAddress address(String text) {
        for (var form : new Pattern[] {TCP, SOCKET}) {
            var found = form.matcher(text);
            if (found.matches()) {
                var port = found.group("port");
                return ServerAddress.of(
                        found.group("host").replace("[", "").replace("]", ""),
                        port == null ? ConnectionDefaults.DEFAULT_PORT : Integer.parseInt(port));
            }
        }
        throw new UnusableInputException(
                "server",
                "is neither a host nor a socket folder: '%s'".formatted(text),
                "write HOST:PORT or /folder:PORT");
    }

    /** Works in one of its databases; an interrupt ends what the server does, and the session. */
    <T> T in(String database, Work<T> work) throws InterruptedException {
        var open = new AtomicReference<@Nullable SqlSession>();
        return Aside.run(
                () -> {
                    try (var session = SqlSession.open(settings.withDatabase(database))) {
                        open.set(session);
                        return work.in(session);
                    }
                },
                () -> {
                    var session = open.get();
                    if (session != null) {
                        session.cancel();
                    }
                });
    }

    /** Works in a database that is none of those. */
    <T> T beside(Set<String> databases, Work<T> work) throws InterruptedException {
        return in(
                Stream.of("postgres", "template1")
                        .filter(name -> !databases.contains(name))
                        .findFirst()
                        .orElseThrow(() -> new UnusableInputException(
                                "database", "leaves no database to connect to", "keep 'postgres' or 'template1'")),
                work);
    }

    @Override
    public String toString() {
        return settings.address().toString();
    }
}
