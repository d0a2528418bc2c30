package io.holdfast.runbook.notification;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.problem.Secret;
import io.holdfast.runbook.action.Action;
import io.holdfast.runbook.action.ActionContract;
import io.holdfast.runbook.action.Calls;
import io.holdfast.runbook.check.WebServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class SignedWebhookTest extends ActionContract {

    private static final String KEY = "a key that both ends know, and no other";

    private WebServer receiver;

    @BeforeEach
    void start() throws IOException {
        receiver = new WebServer().answering(204, "");
    }

    @AfterEach
    void stop() {
        receiver.close();
    }

    @Override
    protected Action action() {
        return new SignedWebhook();
    }

    @Override
    protected Map<String, Object> inputs() {
        return Map.of(
                "url",
                receiver.url("/hook"),
                "key",
                Secret.of(KEY),
                "event",
                "recovery.completed",
                "data",
                Map.of("tower", "Bell Rock"));
    }

    @Override
    protected Object world() {
        return receiver.requests().size();
    }

    @Override
    protected Optional<Map<String, Object>> inputsWithoutTarget() {
        return Optional.of(Calls.with(inputs(), "url", "http://localhost:1/hook"));
    }

    @Override
    protected Optional<Map<String, Object>> inputsThatTakeLong() {
        SlowAnswers.of(receiver);
        return Optional.of(inputs());
    }

    @Override
    protected void holdUnharmed() {
        assertThat(receiver.requests())
                .allMatch(request -> request.header("X-injected").isEmpty());
    }

    @Test
    void a_receiver_with_the_key_can_tell_that_it_is_genuine_and_new() throws InterruptedException {
        succeed(inputs());
        succeed(inputs());

        var request = receiver.requests().getFirst();
        var signed = request.header("Holdfast-timestamp") + "." + request.body();
        assertThat(request.header("Holdfast-signature"))
                .isEqualTo("v1=" + SignedWebhook.signature(KEY.getBytes(StandardCharsets.UTF_8), signed));
        var body = JsonMapper.builder().build().readTree(request.body());
        assertThat(body.at("/event").stringValue()).isEqualTo("recovery.completed");
        assertThat(body.at("/data/tower").stringValue()).isEqualTo("Bell Rock");
        assertThat(body.at("/id").stringValue())
                .isEqualTo(request.header("Idempotency-key"))
                .isEqualTo(receiver.requests().getLast().header("Idempotency-key"));
    }

    /** RFC 4231, test case 2. */
    @Test
    void the_signature_is_hmac_sha_256() {
        assertThat(SignedWebhook.signature("Jefe".getBytes(StandardCharsets.UTF_8), "what do ya want for nothing?"))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    @Test
    void a_short_key_is_refused() throws InterruptedException {
        assertThat(fail(Calls.with(inputs(), "key", Secret.of("short"))).reason())
                .isEqualTo("input 'key' is too short to protect anything");
        assertThat(receiver.requests()).isEmpty();
    }
}
