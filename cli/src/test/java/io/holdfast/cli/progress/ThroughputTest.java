package io.holdfast.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.SettableTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ThroughputTest {

    private final SettableTime time = new SettableTime(Instant.parse("2026-01-15T10:00:00Z"));
    private final Throughput throughput = new Throughput(time, Duration.ofSeconds(5));

    @Test
    void says_rate_and_time_left_now_and_then() {
        throughput.expect(100_000_000);
        time.advance(Duration.ofSeconds(4));
        assertThat(throughput.advanced(10_000_000)).isEmpty();
        time.advance(Duration.ofSeconds(1));

        assertThat(throughput.advanced(15_000_000)).contains("25.0 MB of 100.0 MB, 5.0 MB/s, 15 s left");
        assertThat(throughput.advanced(1)).isEmpty();
    }

    @Test
    void what_need_not_be_done_is_not_waited_for() {
        throughput.expect(100_000_000);
        throughput.spare(50_000_000);
        time.advance(Duration.ofSeconds(5));

        assertThat(throughput.advanced(25_000_000)).contains("25.0 MB of 50.0 MB, 5.0 MB/s, 5 s left");
    }

    @Test
    void promises_nothing_of_what_stands_still_or_was_not_expected() {
        throughput.expect(10);
        time.advance(Duration.ofSeconds(5));
        assertThat(throughput.advanced(0).orElseThrow()).doesNotContain("left");
        time.advance(Duration.ofSeconds(5));

        assertThat(throughput.advanced(1_000_000).orElseThrow()).doesNotContain("left");
    }

    @Test
    void begins_anew_with_what_comes_next() {
        throughput.expect(100_000_000);
        throughput.advanced(90_000_000);
        time.advance(Duration.ofSeconds(60));
        throughput.begin();
        time.advance(Duration.ofSeconds(5));

        assertThat(throughput.advanced(25_000_000)).contains("25.0 MB of 100.0 MB, 5.0 MB/s, 15 s left");
    }
}
