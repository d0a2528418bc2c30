package io.holdfast.plan.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimeSpanTest {

    @Test
    void durations_are_read_as_they_are_written() {
        assertThat(TimeSpan.of("500ms")).hasValue(Duration.ofMillis(500));
        assertThat(TimeSpan.of("90s")).hasValue(Duration.ofSeconds(90));
        assertThat(TimeSpan.of("4h")).hasValue(Duration.ofHours(4));
        assertThat(TimeSpan.of("30d")).hasValue(Duration.ofDays(30));
        assertThat(TimeSpan.of("4 h")).isEmpty();
        assertThat(TimeSpan.of("-4h")).isEmpty();
        assertThat(TimeSpan.of("4H")).isEmpty();
    }

    @Test
    void nothing_is_longer_than_a_hundred_years() {
        assertThat(TimeSpan.of("36525d")).hasValue(Duration.ofDays(36_525));
        assertThat(TimeSpan.of("36526d")).isEmpty();
        assertThat(TimeSpan.of("999999999h")).isEmpty();
        assertThat(TimeSpan.isSensible(Duration.ofSeconds(Long.MIN_VALUE))).isFalse();
        assertThat(TimeSpan.isSensible(Duration.ofSeconds(Long.MAX_VALUE))).isFalse();
        assertThat(TimeSpan.isSensible(Duration.ofSeconds(-1))).isTrue();
    }

    @Test
    void durations_are_told_in_the_largest_unit_that_leaves_no_rest() {
        assertThat(TimeSpan.inWords(Duration.ofHours(4))).isEqualTo("4 hours");
        assertThat(TimeSpan.inWords(Duration.ofHours(1))).isEqualTo("1 hour");
        assertThat(TimeSpan.inWords(Duration.ofMinutes(90))).isEqualTo("90 minutes");
        assertThat(TimeSpan.inWords(Duration.ofHours(24))).isEqualTo("24 hours");
        assertThat(TimeSpan.inWords(Duration.ofDays(2))).isEqualTo("2 days");
        assertThat(TimeSpan.inWords(Duration.ofMillis(1500))).isEqualTo("1500 milliseconds");
        assertThat(TimeSpan.inWords(Duration.ZERO)).isEqualTo("0 seconds");
    }
}
