package io.holdfast.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.demo.application.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutcomeTest {

    @Test
    void holds_when_nothing_is_wrong_and_the_objectives_are_met() {
        assertThat(outcome(Duration.ofSeconds(1), Duration.ofSeconds(10), true, List.of())
                        .held())
                .isTrue();
    }

    @Test
    void does_not_hold_when_something_covered_was_lost() {
        assertThat(outcome(Duration.ofSeconds(1), Duration.ofSeconds(10), false, List.of())
                        .held())
                .isFalse();
    }

    @Test
    void does_not_hold_when_a_row_is_wrong() {
        assertThat(outcome(Duration.ZERO, Duration.ZERO, true, List.of("project 7 was never committed"))
                        .held())
                .isFalse();
    }

    @Test
    void does_not_hold_beyond_an_objective() {
        assertThat(outcome(Duration.ofMinutes(61), Duration.ZERO, true, List.of())
                        .held())
                .isFalse();
        assertThat(outcome(Duration.ZERO, Duration.ofMinutes(241), true, List.of())
                        .held())
                .isFalse();
    }

    private static Outcome outcome(Duration lost, Duration took, boolean promiseKept, List<String> wrong) {
        return new Outcome(lost, took, 1, promiseKept, new Verdict(5, List.of(9L), Optional.empty(), 0, 0, wrong));
    }
}
