package io.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetTimeTest {

    @ParameterizedTest
    @CsvSource({
        "2026-01-15T02:00:00Z, 2026-01-15T02:00:00Z",
        "2026-01-15 02:00:00.123456+00, 2026-01-15T02:00:00.123456Z",
        "2026-01-15 02:00:00+05:30, 2026-01-14T20:30:00Z",
        "2026-01-15 02:00:00 -0330, 2026-01-15T05:30:00Z",
        "2026-01-15 02:00 UTC, 2026-01-15T02:00:00Z",
    })
    void is_read_as_iso_or_as_postgres_prints_it(String text, Instant time) {
        assertThat(TargetTime.parse(text)).isEqualTo(time);
    }

    @Test
    void is_refused_without_an_offset() {
        var refusal = catchThrowableOfType(RestoreException.class, () -> TargetTime.parse("2026-01-15 02:00:00"));

        assertThat(refusal).hasMessage("the time '2026-01-15 02:00:00' has no offset from UTC");
        assertThat(refusal.hint())
                .isEqualTo("add one: '2026-01-15 02:00:00Z' for UTC, or for example '2026-01-15 02:00:00+01:00'");
    }

    @ParameterizedTest
    @CsvSource({"yesterday", "2026-02-30T00:00:00Z", "2026-01-15T25:00:00Z"})
    void is_refused_if_it_is_none(String text) {
        assertThat(catchThrowableOfType(RestoreException.class, () -> TargetTime.parse(text)))
                .hasMessage("not a time: '%s'".formatted(text));
    }
}
