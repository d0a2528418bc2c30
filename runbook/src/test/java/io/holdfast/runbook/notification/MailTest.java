package io.holdfast.runbook.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.holdfast.problem.Finding;
import io.holdfast.problem.Secret;
import io.holdfast.runbook.action.Action;
import io.holdfast.runbook.action.ActionContract;
import io.holdfast.runbook.action.Calls;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MailTest extends ActionContract {

    private GreenMail server;
    private ServerSocket silent;

    @BeforeEach
    void start() throws IOException {
        server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        server.stop();
        silent.close();
    }

    @Override
    protected Action action() {
        return new Mail();
    }

    @Override
    protected Map<String, Object> inputs() {
        return Map.of(
                "server",
                "127.0.0.1:" + server.getSmtp().getPort(),
                "encryption",
                "none",
                "from",
                "holdfast@example.org",
                "to",
                List.of("keeper@example.org", "Second Keeper <second@example.org>"),
                "subject",
                "the lamp is out: \u00fcber",
                "text",
                "light it\n.\nagain");
    }

    @Override
    protected Object world() {
        return server.getReceivedMessages().length;
    }

    @Override
    protected Optional<Map<String, Object>> inputsWithoutTarget() {
        return Optional.of(Calls.with(inputs(), "server", "127.0.0.1:1"));
    }

    /** It takes connections and says nothing. */
    @Override
    protected Optional<Map<String, Object>> inputsThatTakeLong() {
        return Optional.of(Calls.with(inputs(), "server", "127.0.0.1:" + silent.getLocalPort()));
    }

    @Override
    protected void holdUnharmed() {
        assertThat(server.getReceivedMessages()).allSatisfy(message -> {
            assertThat(message.getHeader("X-Injected")).isNull();
            assertThat(message.getAllRecipients()).hasSizeLessThanOrEqualTo(2);
        });
    }

    @Test
    void a_message_arrives_as_it_was_written() throws Exception {
        var outputs = succeed(inputs());
        succeed(inputs());

        var messages = server.getReceivedMessages();
        assertThat(messages).hasSize(4);
        assertThat(messages[0].getSubject()).isEqualTo("the lamp is out: \u00fcber");
        assertThat(messages[0].getContent().toString().replace("\r\n", "\n")).startsWith("light it\n.\nagain");
        assertThat(Arrays.stream(messages[0].getAllRecipients()).map(Object::toString))
                .containsExactly("keeper@example.org", "Second Keeper <second@example.org>");
        assertThat(Arrays.stream(messages).map(MailTest::id).distinct())
                .containsExactly(outputs.values().get("message-id"));
    }

    private static String id(MimeMessage message) {
        try {
            return message.getMessageID();
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void encryption_that_the_server_does_not_have_is_not_done_without() throws InterruptedException {
        var failed = fail(Calls.without(inputs(), "encryption"));

        assertThat(failed.reason()).contains("cannot be reached").contains("STARTTLS");
        assertThat(server.getReceivedMessages()).isEmpty();
    }

    @Test
    void a_certificate_of_an_unknown_authority_is_refused() throws InterruptedException {
        var tls = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTPS));
        tls.start();
        try {
            var inputs = Calls.with(
                    Calls.with(inputs(), "server", "127.0.0.1:" + tls.getSmtps().getPort()), "encryption", "tls");

            assertThat(fail(inputs).reason()).contains("cannot be reached").contains("PKIX");
            assertThat(tls.getReceivedMessages()).isEmpty();
        } finally {
            tls.stop();
        }
    }

    @Test
    void a_password_is_not_sent_in_the_clear() throws InterruptedException {
        var inputs = Calls.with(Calls.with(inputs(), "user", "keeper"), "password", Secret.of("lamp-oil"));

        assertThat(fail(inputs).reason()).isEqualTo("input 'password' would be sent without encryption");
    }

    @Test
    void a_subject_of_two_lines_and_an_address_that_is_two_are_refused() throws InterruptedException {
        assertThat(fail(Calls.with(inputs(), "subject", "a\r\nBcc: all@example.org"))
                        .reason())
                .isEqualTo("input 'subject' has a line end or another control character");
        assertThat(fail(Calls.with(inputs(), "to", List.of("a@example.org, b@example.org")))
                        .reason())
                .isEqualTo("input 'to' is not one mail address: 'a@example.org, b@example.org'");
    }

    @Test
    void examining_connects_and_sends_nothing() throws InterruptedException {
        assertThat(action().examine(call(inputs())))
                .extracting(Finding::severity)
                .containsExactly(Finding.Severity.PASSED);
        assertThat(server.getReceivedMessages()).isEmpty();
    }
}
