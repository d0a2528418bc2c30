package io.holdfast.runbook.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.runbook.action.Action;
import io.holdfast.runbook.action.ActionContract;
import io.holdfast.runbook.action.Calls;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DnsCheckTest extends ActionContract {

    private ZoneServer server;

    @BeforeEach
    void start() throws IOException {
        server = new ZoneServer()
                .with("app.example.org", "A", "192.0.2.7", "192.0.2.8")
                .with("www.example.org", "CNAME", "App.example.org")
                .with("note.example.org", "TXT", "lamp lit");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    protected Action action() {
        return new DnsCheck(Thread::sleep);
    }

    @Override
    protected Map<String, Object> inputs() {
        return Map.of(
                "name", "app.example.org", "server", server.address(), "expect", List.of("192.0.2.8", "192.0.2.7"));
    }

    @Override
    protected Object world() {
        return "unchanged";
    }

    @Override
    protected Optional<Map<String, Object>> inputsWithoutTarget() {
        return Optional.of(Calls.with(inputs(), "name", "none.example.org"));
    }

    @Override
    protected Optional<Map<String, Object>> inputsThatTakeLong() {
        return Optional.of(
                Calls.with(Calls.with(inputs(), "expect", List.of("192.0.2.9")), "within", Duration.ofHours(1)));
    }

    @Test
    void records_of_each_type_are_compared_in_any_order() throws InterruptedException {
        assertThat(succeed(inputs()).values()).containsEntry("values", "192.0.2.7,192.0.2.8");
        assertThat(succeed(Map.of(
                                "name",
                                "WWW.example.org.",
                                "type",
                                "CNAME",
                                "server",
                                server.address(),
                                "expect",
                                List.of("app.example.org")))
                        .values())
                .containsEntry("values", "app.example.org");
        assertThat(succeed(Map.of(
                                "name",
                                "note.example.org",
                                "type",
                                "TXT",
                                "server",
                                server.address(),
                                "expect",
                                List.of("lamp lit")))
                        .values())
                .containsEntry("values", "lamp lit");
    }

    @Test
    void it_says_what_is_there_instead() throws InterruptedException {
        assertThat(fail(Calls.with(inputs(), "expect", List.of("192.0.2.7"))).reason())
                .isEqualTo("'app.example.org' is 192.0.2.7, 192.0.2.8, not 192.0.2.7");
        assertThat(fail(Calls.with(inputs(), "name", "none.example.org")).reason())
                .isEqualTo("name server '%s' knows no 'none.example.org'".formatted(server.address()));
        assertThat(fail(Map.of("name", "app.example.org", "type", "TXT", "server", server.address()))
                        .reason())
                .isEqualTo("'app.example.org' has no TXT record");
    }

    @Test
    void a_change_of_the_zone_is_waited_for() throws InterruptedException {
        var inputs = Calls.with(inputs(), "expect", List.of("192.0.2.9"));
        Thread.ofVirtual().start(() -> {
            while (log().isEmpty()) {
                Thread.onSpinWait();
            }
            server.with("app.example.org", "A", "192.0.2.9");
        });

        var outputs = succeed(
                Calls.with(Calls.with(inputs, "within", Duration.ofSeconds(20)), "every", Duration.ofMillis(50)));

        assertThat(outputs.values()).containsEntry("values", "192.0.2.9");
    }

    @Test
    void a_server_that_is_silent_is_named() throws InterruptedException {
        var inputs = inputs();
        var address = server.address();
        server.close();

        assertThat(fail(inputs).reason()).startsWith("name server '%s' cannot be asked: ".formatted(address));
    }
}
