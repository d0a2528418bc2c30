package io.holdfast.runbook.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.runbook.action.Action;
import io.holdfast.runbook.action.ActionContract;
import io.holdfast.runbook.action.Calls;
import io.holdfast.runbook.check.WebServer.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpCheckTest extends ActionContract {

    private static final String HEALTH = "{\"status\": \"up\", \"checks\": {\"database\": true, \"lag\": 3}}";

    private WebServer server;

    @BeforeEach
    void start() throws IOException {
        server = new WebServer().answering(200, HEALTH);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    protected Action action() {
        return new HttpCheck(Thread::sleep);
    }

    @Override
    protected Map<String, Object> inputs() {
        return Map.of("url", server.url("/health"), "json-pointer", "/status", "json-equals", "up");
    }

    /** Whatever is not a question. */
    @Override
    protected Object world() {
        return server.requests().stream()
                .filter(request -> !request.method().equals("GET"))
                .toList();
    }

    @Override
    protected Optional<Map<String, Object>> inputsWithoutTarget() {
        return Optional.of(Map.of("url", "http://127.0.0.1:1/health"));
    }

    @Override
    protected Optional<Map<String, Object>> inputsThatTakeLong() {
        server.answering(500, "");
        return Optional.of(Map.of("url", server.url("/health"), "within", Duration.ofHours(1)));
    }

    @Override
    protected void holdUnharmed() {
        assertThat(server.requests())
                .allMatch(request -> request.header("X-injected").isEmpty());
    }

    @Test
    void values_of_a_json_body_are_compared_as_text() throws InterruptedException {
        var inputs = Map.<String, Object>of("url", server.url("/"), "json-pointer", "/checks/lag", "json-equals", "3");

        assertThat(succeed(inputs).values()).containsEntry("value", "3").containsEntry("status", "200");
        assertThat(fail(Calls.with(inputs, "json-equals", "4")).reason())
                .isEqualTo("'/checks/lag' of '%s' is '3', not '4'".formatted(server.url("/")));
        assertThat(fail(Calls.with(inputs, "json-pointer", "/checks/none")).reason())
                .isEqualTo("the JSON at '%s' has nothing at '/checks/none'".formatted(server.url("/")));
    }

    @Test
    void another_status_or_a_body_without_the_text_is_red() throws InterruptedException {
        var inputs = Map.<String, Object>of("url", server.url("/health"));

        assertThat(fail(Calls.with(inputs, "body-contains", "green")).reason())
                .isEqualTo("the body at '%s' does not contain 'green'".formatted(server.url("/health")));
        server.answering(503, "");
        assertThat(fail(inputs).reason())
                .isEqualTo("'%s' answers with status 503, not 200".formatted(server.url("/health")));
        assertThat(fail(inputs).retryable()).isTrue();
        assertThat(succeed(Calls.with(inputs, "status", 503L)).values()).containsEntry("status", "503");
    }

    @Test
    void it_looks_again_until_it_is_green_and_stays_so() throws InterruptedException {
        var asked = new AtomicInteger();
        // Red, green for a moment, red, and then green for good.
        server.answering(_ -> new Answer(asked.incrementAndGet() == 2 || asked.get() > 3 ? 200 : 502, ""));

        var outputs = succeed(Map.of(
                "url",
                server.url("/health"),
                "within",
                Duration.ofSeconds(20),
                "every",
                Duration.ofMillis(50),
                "successes",
                2L));

        assertThat(outputs.values()).containsEntry("attempts", "5");
        assertThat(log()).containsExactly("'%s' answers with status 502, not 200".formatted(server.url("/health")));
    }

    @Test
    void a_redirect_is_not_followed() throws InterruptedException {
        server.answering(request -> request.path().equals("/health")
                ? new Answer(302, "", Map.of("Location", server.url("/elsewhere")))
                : new Answer(200, ""));

        assertThat(fail(Map.of("url", server.url("/health"))).reason()).contains("status 302");
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void a_body_without_end_is_read_up_to_a_limit() throws InterruptedException {
        server.answering(200, "x".repeat(3 << 20) + "end");

        assertThat(fail(Map.of("url", server.url("/"), "body-contains", "end")).reason())
                .contains("does not contain 'end'");
    }

    @Test
    void an_answer_that_does_not_come_is_red_in_time() throws InterruptedException {
        server.answering(_ -> new Answer(0, ""));

        assertThat(fail(Map.of("url", server.url("/"), "request-timeout", Duration.ofSeconds(2)))
                        .reason())
                .startsWith("'%s' does not answer: ".formatted(server.url("/")));
    }

    @Test
    void a_time_out_that_is_none_is_refused() throws InterruptedException {
        assertThat(fail(Calls.with(inputs(), "request-timeout", Duration.ZERO)).reason())
                .isEqualTo("input 'request-timeout' is PT0S");
    }

    @Test
    void urls_with_a_password_or_of_other_schemes_are_refused() throws InterruptedException {
        assertThat(fail(Map.of("url", "http://lamp:oil@127.0.0.1/")).reason())
                .isEqualTo("input 'url' holds a user or password");
        assertThat(fail(Map.of("url", "file:///etc/passwd")).reason())
                .isEqualTo("input 'url' is not an http or https URL");
    }
}
