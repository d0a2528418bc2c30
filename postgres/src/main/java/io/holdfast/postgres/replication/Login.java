package io.holdfast.postgres.replication;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.StringPreparation;
import com.ongres.scram.common.exception.ScramException;
import com.ongres.scram.common.util.TlsServerEndpoint;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.ServerException;
import io.holdfast.problem.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Answers the server's authentication requests. Source: documentation, "Start-up" and "SASL Authentication";
 * src/include/libpq/protocol.h, AUTH_REQ_*.
 */
final class Login {

    private static final String PASSWORD_HINT = "check the user, its password and the server's pg_hba.conf";

    /** A hostile server could keep us computing for ever; PostgreSQL's default is 4096. */
    private static final int MAX_ITERATIONS = 1_000_000;

    private final ConnectionSettings settings;
    private final Optional<X509Certificate> certificate;
    private Authentication used = Authentication.NONE;
    private @Nullable ScramClient scram;
    private boolean serverProved;

    /** @param certificate the server's, when the connection has TLS */
    Login(ConnectionSettings settings, Optional<X509Certificate> certificate) {
        this.settings = settings;
        this.certificate = certificate;
    }

    Authentication used() {
        return used;
    }

    /** What to answer to an authentication message; empty when nothing is to be sent. */
    Optional<ByteBuffer> answer(ByteBuffer payload) {
        var request = payload.getInt();
        return switch (request) {
            case 0 -> welcome();
            case 3 -> Optional.of(cleartext());
            case 5 -> Optional.of(md5(payload));
            case 10 -> Optional.of(scramBegins(payload));
            case 11 -> Optional.of(scramContinues(Incoming.rest(payload)));
            case 12 -> scramEnds(Incoming.rest(payload));
            default ->
                throw refusal(
                        "the server asks for authentication of kind %d, which is not supported".formatted(request),
                        "allow scram-sha-256 for this user in the server's pg_hba.conf",
                        null);
        };
    }

    private Optional<ByteBuffer> welcome() {
        if (scram != null && !serverProved) {
            throw refusal("the server did not prove that it knows the password", "find out who answers there", null);
        }
        return Optional.empty();
    }

    private ByteBuffer cleartext() {
        if (certificate.isEmpty() || !settings.sslMode().insists()) {
            throw refusal(
                    "the server asks for the password in clear text",
                    "use sslmode require or better, or scram-sha-256 in the server's pg_hba.conf",
                    null);
        }
        used = Authentication.CLEARTEXT_PASSWORD;
        return Outgoing.password(password().reveal());
    }

    /** Source: src/common/md5_common.c, pg_md5_encrypt. */
    private ByteBuffer md5(ByteBuffer payload) {
        used = Authentication.MD5;
        var salt = new byte[4];
        payload.get(salt);
        var stored = md5(utf8(password().reveal()), utf8(settings.user()));
        return Outgoing.password("md5" + md5(utf8(stored), salt));
    }

    private ByteBuffer scramBegins(ByteBuffer payload) {
        var mechanisms = new ArrayList<String>();
        for (var name = Incoming.text(payload); !name.isEmpty(); name = Incoming.text(payload)) {
            mechanisms.add(name);
        }
        try {
            var builder = ScramClient.builder()
                    .advertisedMechanisms(mechanisms)
                    // PostgreSQL takes the user of the startup packet and ignores this one.
                    .username("*")
                    .password(password().reveal().toCharArray())
                    .stringPreparation(StringPreparation.POSTGRESQL_PREPARATION);
            var binding = channelBinding();
            if (binding.length > 0) {
                builder.channelBinding(TlsServerEndpoint.TLS_SERVER_END_POINT, binding);
            }
            var client = builder.build();
            scram = client;
            used = client.getScramMechanism().isPlus()
                    ? Authentication.SCRAM_SHA_256_PLUS
                    : Authentication.SCRAM_SHA_256;
            return Outgoing.saslInitial(
                    client.getScramMechanism().getName(),
                    client.clientFirstMessage().toString());
        } catch (IllegalArgumentException | CertificateEncodingException e) {
            throw refusal("no way to authenticate among %s".formatted(mechanisms), PASSWORD_HINT, e);
        }
    }

    private ByteBuffer scramContinues(String text) {
        try {
            var client = scramOrRefuse();
            if (client.serverFirstMessage(text).getIterationCount() > MAX_ITERATIONS) {
                throw refusal("the server asks for too many SCRAM iterations", "find out who answers there", null);
            }
            return Outgoing.saslNext(client.clientFinalMessage().toString());
        } catch (ScramException | IllegalStateException | IllegalArgumentException e) {
            throw refusal("the server's SCRAM message makes no sense", PASSWORD_HINT, e);
        }
    }

    private Optional<ByteBuffer> scramEnds(String text) {
        try {
            scramOrRefuse().serverFinalMessage(text);
            serverProved = true;
            return Optional.empty();
        } catch (ScramException | IllegalStateException | IllegalArgumentException e) {
            throw refusal("the server did not prove that it knows the password", "find out who answers there", e);
        }
    }

    private ScramClient scramOrRefuse() {
        if (scram == null) {
            throw ServerException.protocol(settings.address(), "a SCRAM message out of turn");
        }
        return scram;
    }

    /** RFC 5929, tls-server-end-point; empty without TLS or for a certificate whose signature names no hash. */
    private byte[] channelBinding() throws CertificateEncodingException {
        return certificate.isPresent() ? TlsServerEndpoint.getChannelBindingData(certificate.get()) : new byte[0];
    }

    /** As libpq's programs do, a password file may name the database {@code replication}. */
    private Secret password() {
        return settings.password()
                .find(settings.address(), "replication", settings.user())
                .or(() -> settings.password().find(settings.address(), settings.database(), settings.user()))
                .orElseThrow(() -> refusal(
                        "the server asks for a password of user '%s' and none is known".formatted(settings.user()),
                        "set PGPASSWORD or add a line to the password file",
                        null));
    }

    private ServerException refusal(String what, String hint, @Nullable Throwable cause) {
        return ServerException.authentication(settings.address(), what, hint, cause);
    }

    private static String md5(byte[] first, byte[] second) {
        try {
            var digest = MessageDigest.getInstance("MD5");
            digest.update(first);
            return HexFormat.of().formatHex(digest.digest(second));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
