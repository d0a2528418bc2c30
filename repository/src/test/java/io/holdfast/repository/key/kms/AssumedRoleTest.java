package io.holdfast.repository.key.kms;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.binary.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A key that is asked for in a role ({@code kms.role}), which another service has to give first. */
class AssumedRoleTest {

    private static final String ROLE = "arn:aws:iam::111122223333:role/restorer";
    private static final Pattern LENGTH = Pattern.compile("(?im)^content-length: *([0-9]+)");
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration ONE_ATTEMPT = Duration.ofSeconds(2);

    private final Map<String, String> before = new HashMap<>();
    private final List<Thread> connections = new CopyOnWriteArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final ServerSocket listener;
    private volatile String roleStatus = "200 OK";
    private volatile String roleAnswer = """
            <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
            <AccessKeyId>K</AccessKeyId><SecretAccessKey>S</SecretAccessKey><SessionToken>T</SessionToken>
            <Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>""";
    private volatile boolean deaf;

    AssumedRoleTest() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    }

    @BeforeEach
    void serve() {
        property("aws.endpointUrlSts", endpoint().toString());
        property("aws.accessKeyId", "a");
        property("aws.secretAccessKey", "b");
        Thread.ofVirtual().start(this::accept);
    }

    @AfterEach
    void stop() throws IOException {
        before.forEach((name, value) -> {
            if (value.isEmpty()) {
                System.clearProperty(name);
            } else {
                System.setProperty(name, value);
            }
        });
        end.countDown();
        listener.close();
    }

    private void property(String name, String value) {
        before.put(name, System.getProperty(name, ""));
        System.setProperty(name, value);
    }

    private URI endpoint() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                var client = listener.accept();
                connections.add(Thread.ofVirtual().start(() -> serve(client)));
            } catch (IOException e) {
                // The listener was closed.
            }
        }
    }

    /** Both services, until the client closes the connection. */
    private void serve(Socket client) {
        try (client) {
            for (var head = head(client); !head.isEmpty(); head = head(client)) {
                var length = LENGTH.matcher(head);
                client.getInputStream().readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
                boolean isKms = head.toLowerCase(Locale.ROOT).contains("x-amz-target: trentservice.");
                if (!isKms && deaf) {
                    end.await();
                }
                var body = isKms
                        ? "{\"Plaintext\":\"%s\"}".formatted(Base64.getEncoder().encodeToString(new byte[32]))
                        : roleAnswer;
                client.getOutputStream()
                        .write("HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s"
                                .formatted(isKms ? "200 OK" : roleStatus, body.length(), body)
                                .getBytes(ISO_8859_1));
            }
        } catch (IOException e) {
            // The client is gone.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String head(Socket client) throws IOException {
        var head = new ByteArrayOutputStream();
        for (int read = client.getInputStream().read();
                read >= 0;
                read = client.getInputStream().read()) {
            head.write(read);
            var text = head.toString(ISO_8859_1);
            if (text.endsWith("\r\n\r\n")) {
                return text;
            }
        }
        return "";
    }

    private Optional<byte[]> ask() {
        var settings = new KmsSettings(
                "alias/shop",
                Optional.of(endpoint()),
                Optional.of("eu-central-1"),
                Optional.empty(),
                Optional.of(ROLE));
        return new AwsKms(settings, ONE_ATTEMPT).recover(Bytes.of(new byte[4]), Map.of());
    }

    /** A page of status that opens the repository every minute must not collect them. */
    @Test
    void keeps_no_connection_to_either_service() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            assertThat(ask()).isPresent();
        }

        assertThat(connections).hasSize(6);
        for (var connection : connections) {
            assertThat(connection.join(SOON)).as("whether it was closed").isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "403 Forbidden, AccessDenied, kms.no-credentials, ENVIRONMENT, kms.role",
        "403 Forbidden, ExpiredToken, kms.no-credentials, ENVIRONMENT, kms.role",
        "400 Bad Request, Throttling, kms.unreachable, UNAVAILABLE, later",
        "500 Internal Server Error, InternalFailure, kms.unreachable, UNAVAILABLE, later"
    })
    void says_that_it_is_the_role_which_was_refused(
            String status, String word, String code, ProblemKind kind, String hint) {
        roleStatus = status;
        roleAnswer =
                "<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>said STS</Message></Error></ErrorResponse>"
                        .formatted(word);

        var refusal = catchThrowableOfType(KmsException.class, this::ask);

        assertThat(refusal)
                .hasMessage(
                        "cannot open a secret with the KMS key alias/shop: the role %s cannot be assumed: %s: said STS"
                                .formatted(ROLE, word));
        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal.kind()).isEqualTo(kind);
        assertThat(refusal.hint()).contains(hint);
    }

    @Test
    void says_in_time_that_nobody_answers_and_not_that_it_was_interrupted() {
        deaf = true;
        var begun = System.nanoTime();

        var refusal = catchThrowableOfType(KmsException.class, this::ask);

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(ONE_ATTEMPT.multipliedBy(4));
        assertThat(refusal.code()).isEqualTo("kms.unreachable");
        assertThat(refusal).hasMessageContaining("the role %s cannot be assumed: ", ROLE);
    }
}
