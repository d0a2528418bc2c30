package io.holdfast.repository.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** It reads what the JDK reads, and refuses what the JDK refuses. */
class UtcTimeTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-01-15T02:00:00Z",
                "2026-01-15T02:00:00.1Z",
                "2026-01-15T02:00:01.123456Z",
                "2026-12-31T23:59:59.999999999Z",
                "2024-02-29T00:00:00Z",
                "0000-01-01T00:00:00Z",
                "2026-01-15T24:00:00Z",
                "2016-12-31T23:59:60Z",
                "2026-01-15T02:00:00+01:00",
                "-0001-01-15T02:00:00Z",
                "+12026-01-15T02:00:00Z",
                "2026-01-15t02:00:00z",
                "2026-01-15T02:00:00.Z"
            })
    void unusual_times_are_read_as_well(String text) {
        assertThat(UtcTime.parse(text)).isEqualTo(Instant.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Z",
                "2026-01-15",
                "2026-01-15T02:00:00",
                "2026-01-15T02:00:00.0000000001Z",
                "2026-01-15T02:00:00,5Z",
                "2026-01-15T02:00:00 Z",
                "2026-01-15 02:00:00Z",
                "2025-02-29T00:00:00Z",
                "2026-13-01T00:00:00Z",
                "2026-00-01T00:00:00Z",
                "2026-01-32T00:00:00Z",
                "2026-01-15T25:00:00Z",
                "2026-01-15T02:60:00Z",
                "2026-01-15T02:00:61Z",
                "2026-01-15T02:00:0xZ",
                "2026-01-15T02:00:00.12xZ",
                "२026-01-15T02:00:00Z",
                "2026-01-15T02:00:00ZZ"
            })
    void what_is_no_time_is_refused(String text) {
        assertThatThrownBy(() -> Instant.parse(text)).isInstanceOf(DateTimeParseException.class);

        assertThatThrownBy(() -> UtcTime.parse(text)).isInstanceOf(DateTimeParseException.class);
    }

    @Test
    void every_time_that_is_written_is_read() {
        var random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            long unit = switch (i % 3) {
                case 0 -> 1_000_000_000;
                case 1 -> 1_000;
                default -> 1;
            };
            var time = Instant.ofEpochSecond(
                    random.nextLong(-2_000_000_000L, 10_000_000_000L), random.nextInt(1_000_000_000) / unit * unit);

            assertThat(UtcTime.parse(time.toString())).isEqualTo(time);
        }
    }
}
