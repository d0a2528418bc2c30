package io.holdfast.postgres.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class ServerClockTest {

    @Test
    void counts_microseconds_since_the_year_2000() {
        assertThat(ServerClock.instant(0)).isEqualTo("2000-01-01T00:00:00Z");
        assertThat(ServerClock.instant(-1)).isEqualTo("1999-12-31T23:59:59.999999Z");
        assertThat(ServerClock.instant(1_000_001)).isEqualTo("2000-01-01T00:00:01.000001Z");
        assertThat(ServerClock.micros(Instant.parse("2026-11-23T21:00:00.123456Z")))
                .isEqualTo(848_782_800_123_456L);
    }
}
