package io.holdfast.runbook.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.runbook.action.Action;
import io.holdfast.runbook.action.ActionContract;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.Inputs;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Outputs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class WaitTest extends ActionContract {

    @Override
    protected Action action() {
        return new Wait(Thread::sleep);
    }

    @Override
    protected Map<String, Object> inputs() {
        return Map.of("duration", Duration.ofMillis(5));
    }

    @Override
    protected Object world() {
        return "unchanged";
    }

    @Override
    protected Optional<Map<String, Object>> inputsWithoutTarget() {
        return Optional.empty();
    }

    @Override
    protected Optional<Map<String, Object>> inputsThatTakeLong() {
        return Optional.of(Map.of("until", Instant.now().plus(Duration.ofHours(2))));
    }

    @Test
    void a_clock_that_is_set_forward_meanwhile_ends_it() throws InterruptedException {
        var now = new AtomicReference<>(Instant.parse("2026-03-28T23:59:50Z"));
        var pauses = new ArrayList<Duration>();
        var wait = new Wait(duration -> {
            pauses.add(duration);
            now.updateAndGet(instant -> instant.plus(Duration.ofHours(1)));
        });

        var outcome = wait.execute(new Call(
                "run/step",
                new Inputs(Map.of("until", Instant.parse("2026-03-29T00:30:00Z"))),
                _ -> {},
                Instant.MAX,
                now::get));

        assertThat(pauses).containsExactly(Duration.ofSeconds(10));
        assertThat(outcome).isEqualTo(new Outcome.Succeeded(Outputs.of("waited", "PT1H")));
    }

    @Test
    void a_time_that_has_passed_ends_it_at_once() throws InterruptedException {
        assertThat(succeed(Map.of("until", Instant.EPOCH)).values()).containsKey("waited");
    }

    @Test
    void neither_or_both_is_refused() throws InterruptedException {
        assertThat(fail(Map.of()).reason()).isEqualTo("input 'duration' and 'until' are both given, or neither is");
        assertThat(fail(Map.of("duration", Duration.ZERO, "until", Instant.EPOCH))
                        .hint())
                .isEqualTo("give one of the two");
    }
}
