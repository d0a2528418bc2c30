package io.holdfast.postgres.replication;

import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.ServerAddress;
import io.holdfast.postgres.cluster.ServerException;
import io.holdfast.postgres.cluster.ServerVersion;
import io.holdfast.postgres.cluster.SessionSettings;
import io.holdfast.postgres.cluster.SslMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** Opens a connection: socket, TLS as asked for, start-up, authentication, up to the server's first ReadyForQuery. */
final class Connector {

    private static final Pattern VERSION = Pattern.compile("(\\d+)(?:\\.(\\d+))?.*");

    private final ConnectionSettings settings;

    private Connector(ConnectionSettings settings) {
        this.settings = settings;
    }

    /**
     * An open connection.
     *
     * @param process the server's process id
     */
    record Opened(
            MessageChannel channel, ServerVersion version, int process, Authentication authentication, boolean tls) {}

    /**
     * With {@code prefer}, a server that cannot do TLS, or does not let this user in with it, is tried without, as
     * libpq does (fe-connect.c, connection_failed).
     */
    static Opened open(ConnectionSettings settings) {
        var connector = new Connector(settings);
        return switch (settings.address()) {
            case ServerAddress.UnixSocket _ -> connector.openPlain();
            case ServerAddress.Tcp tcp ->
                switch (settings.sslMode()) {
                    case DISABLE -> connector.openPlain();
                    case PREFER -> connector.openPreferringTls(tcp);
                    case REQUIRE, VERIFY_CA, VERIFY_FULL -> connector.openTls(tcp);
                };
        };
    }

    private Opened openPreferringTls(ServerAddress.Tcp address) {
        try {
            return openTls(address);
        } catch (ServerException e) {
            if (e.getCause() instanceof SSLException || e.sqlState().equals(Optional.of("28000"))) {
                return openPlain();
            }
            throw e;
        }
    }

    private Opened openPlain() {
        var deadline = deadline();
        return startUp(connect(deadline), Optional.empty(), deadline);
    }

    private Opened openTls(ServerAddress.Tcp address) {
        var deadline = deadline();
        var socket = connect(deadline);
        try {
            socket.write(Outgoing.sslRequest(), deadline);
            if (!takesTls(socket, deadline)) {
                if (settings.sslMode() != SslMode.PREFER) {
                    throw ServerException.authentication(
                            address,
                            "the server has no TLS, which sslmode %s asks for".formatted(settings.sslMode()),
                            "switch ssl on in the server's configuration",
                            null);
                }
                return startUp(socket, Optional.empty(), deadline);
            }
            var tls = TlsTransport.handshake(socket, TlsTrust.engine(settings, address), deadline);
            return startUp(tls, Optional.of(tls.serverCertificate()), deadline);
        } catch (SSLException e) {
            close(socket);
            throw ServerException.authentication(
                    address,
                    "TLS with the server failed: " + e.getMessage(),
                    "check sslmode, sslrootcert and the server's certificate",
                    e);
        } catch (IOException e) {
            close(socket);
            throw ServerException.unavailable(address, "the connection broke while TLS was agreed on", e);
        } catch (ServerException e) {
            close(socket);
            throw e;
        }
    }

    /** Reads one byte and no more: whatever a stranger put behind it must not count as sent by the server. */
    private boolean takesTls(Transport socket, long deadline) throws IOException {
        var answer = ByteBuffer.allocate(1);
        if (socket.read(answer, deadline) != 1) {
            throw ServerException.unavailable(settings.address(), "the server does not answer", null);
        }
        return switch (answer.get(0)) {
            case 'S' -> true;
            case 'N' -> false;
            default ->
                throw ServerException.protocol(settings.address(), "an answer to SSLRequest that makes no sense");
        };
    }

    private SocketTransport connect(long deadline) {
        try {
            return SocketTransport.connect(settings.address(), deadline);
        } catch (IOException e) {
            throw ServerException.unavailable(settings.address(), "connection failed", e);
        }
    }

    private Opened startUp(Transport transport, Optional<X509Certificate> certificate, long deadline) {
        var channel = new MessageChannel(settings.address(), transport);
        try {
            channel.send(Outgoing.startup(parameters()), deadline);
            return greet(channel, new Login(settings, certificate), certificate.isPresent(), deadline);
        } catch (RuntimeException e) {
            close(transport);
            throw e;
        }
    }

    private Opened greet(MessageChannel channel, Login login, boolean tls, long deadline) {
        var version = Optional.<ServerVersion>empty();
        var process = 0;
        while (true) {
            var type = channel.expect(deadline);
            var payload = channel.payload();
            switch (type) {
                case 'R' -> login.answer(payload).ifPresent(message -> channel.send(message, deadline));
                case 'S' -> version = version.or(() -> version(payload));
                case 'K' -> process = payload.getInt();
                case 'E' -> throw Incoming.error(settings.address(), payload);
                case 'N', 'v' -> {}
                case 'Z' -> {
                    channel.loggedIn();
                    return new Opened(
                            channel,
                            version.orElseThrow(() -> ServerException.protocol(
                                    settings.address(), "the server does not say its version")),
                            process,
                            login.used(),
                            tls);
                }
                default ->
                    throw ServerException.protocol(
                            settings.address(), "a message of type 0x%02x during start-up".formatted(type));
            }
        }
    }

    private Map<String, String> parameters() {
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("user", settings.user());
        parameters.put("database", "replication");
        parameters.put("replication", "true");
        parameters.put("application_name", settings.applicationName());
        parameters.put("client_encoding", "UTF8");
        parameters.put("options", SessionSettings.startupOptions());
        return parameters;
    }

    /** {@code 18.4}, {@code 18beta1} or {@code 16.3 (Debian 16.3-1)} in the parameter {@code server_version}. */
    private static Optional<ServerVersion> version(ByteBuffer payload) {
        if (!Incoming.text(payload).equals("server_version")) {
            return Optional.empty();
        }
        var matcher = VERSION.matcher(Incoming.text(payload));
        if (!matcher.matches()) {
            return Optional.empty();
        }
        var minor = matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2));
        return Optional.of(new ServerVersion(Integer.parseInt(matcher.group(1)) * 10000 + minor));
    }

    private long deadline() {
        return System.nanoTime() + settings.connectTimeout().toNanos();
    }

    /** After a failure, which is what the caller wants to hear about. */
    private static void close(Transport transport) {
        try {
            transport.close();
        } catch (IOException e) {
            // The socket is gone either way.
        }
    }
}
