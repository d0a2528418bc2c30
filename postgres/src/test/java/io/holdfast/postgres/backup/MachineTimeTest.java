package io.holdfast.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class MachineTimeTest {

    private static final Instant NOON = Instant.parse("2026-01-15T12:00:00Z");

    private static final MachineTime BEFORE =
            new MachineTime("boot", Duration.ofDays(3).toMillis(), NOON);

    private static MachineTime later(Duration run, Duration passed) {
        return new MachineTime("boot", BEFORE.runMillis() + run.toMillis(), NOON.plus(passed));
    }

    @Test
    void a_machine_that_ran_all_the_time_follows_though_its_clock_is_corrected_a_little() {
        var hour = Duration.ofHours(1);

        assertThat(BEFORE.follows(BEFORE)).isTrue();
        assertThat(later(hour, hour).follows(BEFORE)).isTrue();
        assertThat(later(hour, hour.plusSeconds(50)).follows(BEFORE)).isTrue();
        assertThat(later(hour, hour.minusSeconds(50)).follows(BEFORE)).isTrue();
    }

    @Test
    void a_machine_that_was_halted_or_set_back_does_not() {
        var hour = Duration.ofHours(1);

        assertThat(later(hour, hour.multipliedBy(2)).follows(BEFORE)).isFalse();
        assertThat(later(hour.negated(), hour).follows(BEFORE)).isFalse();
        assertThat(later(Duration.ofSeconds(-1), Duration.ofSeconds(-1)).follows(BEFORE))
                .isFalse();
        assertThat(later(hour, Duration.ZERO).follows(BEFORE)).isFalse();
    }

    @Test
    void a_machine_that_was_started_again_does_not() {
        assertThat(new MachineTime("another boot", BEFORE.runMillis(), NOON).follows(BEFORE))
                .isFalse();
    }

    @Test
    void this_machine_follows_itself() {
        var first = MachineTime.read(Instant.now()).orElseThrow();

        assertThat(first.boot()).isNotBlank();
        assertThat(first.runMillis()).isPositive();
        assertThat(MachineTime.read(Instant.now()).orElseThrow().follows(first)).isTrue();
    }
}
