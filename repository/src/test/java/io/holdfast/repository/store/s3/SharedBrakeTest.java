package io.holdfast.repository.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SharedBrakeTest {

    private final SharedBrake brake = new SharedBrake();

    @Test
    void lets_everything_through_until_somebody_is_told_to_slow_down() {
        assertThat(brake.turn(0)).isZero();
        brake.slower(0);
        assertThat(brake.turn(0)).isEqualTo(Duration.ofMillis(20));
    }

    @Test
    void gives_all_threads_turns_one_after_another() {
        brake.slower(0);
        brake.slower(0);

        assertThat(brake.turn(0)).isEqualTo(Duration.ofMillis(40));
        assertThat(brake.turn(0)).isEqualTo(Duration.ofMillis(80));
        assertThat(brake.turn(0)).isEqualTo(Duration.ofMillis(120));
    }

    @Test
    void is_released_by_successes_and_never_holds_longer_than_its_limit() {
        for (var i = 0; i < 100; i++) {
            brake.slower(i * 10_000_000_000L);
        }
        assertThat(brake.turn(2_000_000_000_000L)).isZero();
        assertThat(brake.turn(2_000_000_000_000L)).isEqualTo(Duration.ofSeconds(2));

        for (var i = 0; i < 100; i++) {
            brake.succeeded();
        }

        assertThat(brake.turn(0)).isZero();
    }
}
