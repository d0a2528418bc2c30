package io.holdfast.runbook.notification;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.problem.Secret;
import io.holdfast.runbook.action.Action;
import io.holdfast.runbook.action.ActionContract;
import io.holdfast.runbook.action.Calls;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Probe;
import io.holdfast.runbook.check.WebServer;
import io.holdfast.runbook.check.WebServer.Answer;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class SlackMessageTest extends ActionContract {

    private WebServer slack;

    @BeforeEach
    void start() throws IOException {
        slack = new WebServer();
    }

    @AfterEach
    void stop() {
        slack.close();
    }

    @Override
    protected Action action() {
        return new SlackMessage();
    }

    @Override
    protected Map<String, Object> inputs() {
        return Map.of("webhook", Secret.of(slack.url("/services/T0/B0/secret-word")), "text", "the lamp is lit");
    }

    @Override
    protected Object world() {
        return slack.requests().size();
    }

    @Override
    protected Optional<Map<String, Object>> inputsWithoutTarget() {
        return Optional.of(Calls.with(inputs(), "webhook", Secret.of("http://127.0.0.1:1/services/none")));
    }

    @Override
    protected Optional<Map<String, Object>> inputsThatTakeLong() {
        SlowAnswers.of(slack);
        return Optional.of(inputs());
    }

    @Override
    protected void holdUnharmed() {
        assertThat(slack.requests())
                .allMatch(request -> request.header("X-injected").isEmpty());
    }

    @Test
    void what_is_written_is_shown_literally() throws InterruptedException {
        succeed(Calls.with(Calls.with(inputs(), "text", "<!channel> & *all*"), "title", "Lamp"));

        var body = JsonMapper.builder()
                .build()
                .readTree(slack.requests().getFirst().body());
        assertThat(body.at("/text").stringValue()).isEqualTo("Lamp: &lt;!channel&gt; &amp; *all*");
        assertThat(body.at("/blocks/0/text/text").stringValue()).isEqualTo("Lamp");
        assertThat(body.at("/blocks/1/text/type").stringValue()).isEqualTo("plain_text");
        assertThat(body.at("/blocks/1/text/text").stringValue()).isEqualTo("<!channel> & *all*");
        assertThat(body.at("/blocks/2/elements/0/text").stringValue()).isEqualTo("run-1/step-1");
    }

    @Test
    void a_long_message_is_cut_where_slack_would_refuse_it() throws InterruptedException {
        succeed(Calls.with(inputs(), "text", "\ud83d\udd25".repeat(4000)));

        var text = JsonMapper.builder()
                .build()
                .readTree(slack.requests().getFirst().body())
                .at("/blocks/0/text/text")
                .stringValue();
        assertThat(text).hasSizeLessThanOrEqualTo(3000).endsWith("\ud83d\udd25\u2026");
    }

    @Test
    void a_busy_or_a_dead_webhook_is_told_apart() throws InterruptedException {
        slack.answering(_ -> new Answer(429, "", Map.of("Retry-After", "30")));
        assertThat(fail(inputs()).reason()).endsWith("is too busy: status 429, try again after 30 s");
        assertThat(fail(inputs()).retryable()).isTrue();

        slack.answering(404, "no_service");
        assertThat(fail(inputs()).reason()).endsWith("refuses the message: status 404, 'no_service'");
        assertThat(fail(inputs()).retryable()).isFalse();
    }

    @Test
    void whether_to_send_again_in_doubt_is_said_by_the_plan() throws InterruptedException {
        var careful = Calls.with(inputs(), "repeat", false);
        slack.answering(500, "");

        assertThat(fail(inputs()).retryable()).isTrue();
        assertThat(action().probe(call(inputs()))).isEqualTo(new Probe.NotDone());
        assertThat(action().execute(call(careful))).isInstanceOf(Outcome.Unknown.class);
        assertThat(action().probe(call(careful))).isInstanceOf(Probe.Unknown.class);
    }

    @Test
    void a_webhook_that_anyone_on_the_way_could_read_is_refused() throws InterruptedException {
        assertThat(fail(Calls.with(inputs(), "webhook", Secret.of("http://hooks.example.org/x")))
                        .reason())
                .isEqualTo("input 'webhook' is plain http to another host");
    }
}
