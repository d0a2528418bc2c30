package io.holdfast.repository.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SharedBrakeTest {

    private static final long SECOND = 1_000_000_000;
    private static final long MILLISECOND = 1_000_000;

    private final SharedBrake brake = new SharedBrake();

    private Duration turn(long now) {
        return turn(now, now);
    }

    /** Of somebody who leaves if it is not his turn. */
    private Duration turn(long now, long waited) {
        long ticket = brake.ticket();
        var left = brake.turn(ticket, now, waited);
        brake.leave(ticket);
        return left;
    }

    /** Each as long after the one before that it is not one of the same time. */
    private long refused(int times) {
        long now = 0;
        for (var i = 0; i < times; i++) {
            now += 10 * SECOND;
            brake.slower(now, now, Duration.ZERO);
        }
        return now;
    }

    @Test
    void lets_everything_through_until_somebody_is_told_to_slow_down() {
        assertThat(turn(0)).isZero();
        assertThat(turn(0)).isZero();
        brake.slower(0, 0, Duration.ZERO);
        assertThat(turn(0)).isEqualTo(Duration.ofMillis(20));
    }

    @Test
    void gives_a_turn_to_one_at_a_time() {
        brake.slower(0, 0, Duration.ZERO);

        assertThat(turn(20 * MILLISECOND)).isZero();
        assertThat(turn(20 * MILLISECOND)).isEqualTo(Duration.ofMillis(20));
        assertThat(turn(30 * MILLISECOND)).isEqualTo(Duration.ofMillis(10));
        assertThat(turn(40 * MILLISECOND)).isZero();
    }

    @Test
    void believes_who_has_waited_though_the_clock_does_not() {
        brake.slower(0, 0, Duration.ZERO);

        assertThat(turn(MILLISECOND, 20 * MILLISECOND)).isZero();
        assertThat(turn(MILLISECOND)).isEqualTo(Duration.ofMillis(20));
    }

    /** Nobody starves, though many ask, and nobody keeps a place that was far away when it was given. */
    @Test
    void gives_turns_in_the_order_in_which_they_were_asked_for() {
        long now = refused(100);
        var first = brake.ticket();
        var second = brake.ticket();
        var third = brake.ticket();
        var gone = brake.ticket();
        var last = brake.ticket();

        assertThat(brake.turn(first, now, now)).isEqualTo(Duration.ofSeconds(2));
        assertThat(brake.turn(second, now, now)).isEqualTo(Duration.ofMillis(500));
        assertThat(brake.turn(second, now + 2 * SECOND, now)).isPositive();
        assertThat(brake.turn(first, now + 2 * SECOND, now)).isZero();
        assertThat(brake.turn(third, now + 4 * SECOND, now)).isPositive();
        assertThat(brake.turn(second, now + 4 * SECOND, now)).isZero();
        brake.leave(gone);
        for (int i = 0; i < 40; i++) {
            brake.succeeded(now + 4 * SECOND);
        }
        assertThat(brake.turn(last, now + 4 * SECOND, now)).isZero();
        assertThat(brake.turn(third, now + 4 * SECOND, now)).isZero();
    }

    @Test
    void counts_once_what_was_under_way_together() {
        brake.slower(0, 5 * MILLISECOND, Duration.ZERO);
        brake.slower(MILLISECOND, 6 * MILLISECOND, Duration.ZERO);
        brake.slower(4 * MILLISECOND, 7 * MILLISECOND, Duration.ZERO);
        brake.succeeded(4 * MILLISECOND);
        assertThat(turn(5 * MILLISECOND)).isEqualTo(Duration.ofMillis(20));

        brake.slower(8 * MILLISECOND, 9 * MILLISECOND, Duration.ZERO);

        assertThat(turn(9 * MILLISECOND)).isEqualTo(Duration.ofMillis(40));
    }

    @Test
    void never_holds_longer_than_its_limit() {
        long now = refused(100);

        assertThat(turn(now)).isEqualTo(Duration.ofSeconds(2));
    }

    /** Sixteen threads and a gap of two seconds: the last of them must not wait for half a minute when all is well again. */
    @Test
    void is_released_by_few_successes() {
        long now = refused(100);
        long released = now;
        int asked = 0;
        while (true) {
            var left = turn(released);
            if (left.isZero()) {
                asked++;
                brake.succeeded(released);
                if (turn(released).isZero()) {
                    break;
                }
            } else {
                released += left.toNanos();
            }
        }

        assertThat(Duration.ofNanos(released - now)).isLessThan(Duration.ofSeconds(10));
        assertThat(asked).isLessThan(40);
        assertThat(turn(released)).isZero();
    }

    @Test
    void leaves_a_server_alone_for_as_long_as_it_asks() {
        brake.slower(0, 0, Duration.ofSeconds(7));
        // Under way together with the first, and asked for less.
        brake.slower(0, SECOND, Duration.ofSeconds(2));

        assertThat(turn(SECOND)).isEqualTo(Duration.ofSeconds(6));
        assertThat(turn(7 * SECOND)).isZero();
    }

    @Test
    void leaves_it_alone_for_no_longer_than_somebody_waits() {
        brake.slower(0, 0, Duration.ofDays(1));

        assertThat(turn(0)).isEqualTo(Duration.ofSeconds(30));
    }
}
