package io.holdfast.postgres.protect;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.SettableTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackupTroubleTest {

    private final SettableTime clock = SettableTime.nearMidnight();
    private final Random random = new Random(3);

    private BackupTrouble fail(Optional<BackupTrouble> before, Duration took) {
        return BackupTrouble.after(
                before, new BackupTrouble.Failure("a.code", "the reason", "a hint"), clock.instant(), took, random);
    }

    @Test
    void waits_double_up_to_an_hour_and_are_never_the_same() {
        Optional<BackupTrouble> trouble = Optional.empty();
        var waits = new ArrayList<Duration>();
        for (int i = 0; i < 100; i++) {
            trouble = Optional.of(fail(trouble, Duration.ZERO));
            waits.add(Duration.between(clock.instant(), trouble.get().notBefore()));
            clock.set(trouble.get().notBefore());
        }

        assertThat(trouble.get().failures()).isEqualTo(100);
        assertThat(trouble.get().first()).isEqualTo("2026-02-28T23:59:58Z");
        assertThat(waits.getFirst()).isBetween(Duration.ofSeconds(30), Duration.ofMinutes(1));
        assertThat(waits.get(1)).isBetween(Duration.ofMinutes(1), Duration.ofMinutes(2));
        assertThat(waits.subList(7, 100))
                .allSatisfy(wait -> assertThat(wait).isBetween(Duration.ofMinutes(30), Duration.ofHours(1)))
                .doesNotHaveDuplicates();
    }

    @Test
    void an_attempt_that_took_long_is_not_repeated_sooner_than_that_nor_later_than_a_day() {
        assertThat(fail(Optional.empty(), Duration.ofHours(5)).notBefore())
                .isEqualTo(clock.instant().plus(Duration.ofHours(5)));
        assertThat(fail(Optional.empty(), Duration.ofDays(5)).notBefore())
                .isEqualTo(clock.instant().plus(Duration.ofDays(1)));
    }

    @Test
    void a_clock_that_was_set_back_does_not_put_the_next_attempt_off() {
        var trouble = fail(Optional.empty(), Duration.ZERO);
        assertThat(trouble.holdsBack(clock.instant())).isTrue();

        assertThat(trouble.holdsBack(clock.instant().minus(Duration.ofDays(365))))
                .isFalse();
        assertThat(trouble.holdsBack(Instant.MAX.minus(Duration.ofDays(2)))).isFalse();
    }
}
