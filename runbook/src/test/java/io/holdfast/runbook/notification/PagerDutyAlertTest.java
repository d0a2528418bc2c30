package io.holdfast.runbook.notification;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.problem.Secret;
import io.holdfast.runbook.action.Action;
import io.holdfast.runbook.action.ActionContract;
import io.holdfast.runbook.action.Calls;
import io.holdfast.runbook.check.WebServer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PagerDutyAlertTest extends ActionContract {

    private static final String KEY = "0123456789abcdef0123456789abcdef";

    private WebServer pagerDuty;

    @BeforeEach
    void start() throws IOException {
        pagerDuty = new WebServer().answering(202, "{\"status\": \"success\"}");
    }

    @AfterEach
    void stop() {
        pagerDuty.close();
    }

    @Override
    protected Action action() {
        return new PagerDutyAlert();
    }

    @Override
    protected Map<String, Object> inputs() {
        return Map.of(
                "routing-key",
                Secret.of(KEY),
                "summary",
                "the lamp is out",
                "details",
                Map.of("tower", "Skerryvore"),
                "url",
                pagerDuty.url("/v2/enqueue"));
    }

    /** Alerts as the service would count them: by deduplication key. */
    @Override
    protected Object world() {
        return pagerDuty.requests().stream()
                .map(request -> event(request.body()).at("/dedup_key").stringValue())
                .distinct()
                .toList();
    }

    private static JsonNode event(String body) {
        return JsonMapper.builder().build().readTree(body);
    }

    @Override
    protected Optional<Map<String, Object>> inputsWithoutTarget() {
        return Optional.of(Calls.with(inputs(), "url", "http://127.0.0.1:1/v2/enqueue"));
    }

    @Override
    protected Optional<Map<String, Object>> inputsThatTakeLong() {
        SlowAnswers.of(pagerDuty);
        return Optional.of(inputs());
    }

    @Test
    void an_event_has_the_form_that_the_service_asks_for() throws InterruptedException {
        var outputs = succeed(inputs());

        var event = event(pagerDuty.requests().getFirst().body());
        assertThat(event.at("/routing_key").stringValue()).isEqualTo(KEY);
        assertThat(event.at("/event_action").stringValue()).isEqualTo("trigger");
        assertThat(event.at("/dedup_key").stringValue())
                .isEqualTo("run-1/step-1")
                .isEqualTo(outputs.values().get("dedup-key"));
        assertThat(event.at("/payload/severity").stringValue()).isEqualTo("critical");
        assertThat(event.at("/payload/source").stringValue()).isEqualTo("holdfast");
        assertThat(event.at("/payload/custom_details/tower").stringValue()).isEqualTo("Skerryvore");
    }

    @Test
    void what_a_step_triggered_another_resolves() throws InterruptedException {
        var key = Objects.requireNonNull(succeed(inputs()).values().get("dedup-key"));

        succeed(Calls.with(Calls.with(inputs(), "event", "resolve"), "dedup-key", key));

        assertThat(event(pagerDuty.requests().getLast().body())
                        .at("/event_action")
                        .stringValue())
                .isEqualTo("resolve");
        assertThat(world()).isEqualTo(List.of("run-1/step-1"));
    }

    @Test
    void a_refusal_is_final_and_trouble_is_not() throws InterruptedException {
        pagerDuty.answering(400, "{\"status\": \"invalid event\"}");
        assertThat(fail(inputs()).retryable()).isFalse();

        pagerDuty.answering(500, "");
        assertThat(fail(inputs()).retryable()).isTrue();
    }

    @Test
    void words_that_the_service_does_not_know_are_refused_before_it_is_asked() throws InterruptedException {
        assertThat(fail(Calls.with(inputs(), "severity", "awful")).hint())
                .isEqualTo("use one of critical, error, info, warning");
        assertThat(pagerDuty.requests()).isEmpty();
    }
}
