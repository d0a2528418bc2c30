package io.holdfast.runbook.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimesTest {

    @ParameterizedTest
    @CsvSource({
        // Every day, by Berlin's clock: in winter, over both changes of the clock, and in summer.
        "0 2 * * *,   Europe/Berlin, 2026-01-10T12:00:00Z, 2026-01-11T01:00:00Z",
        "0 2 * * *,   Europe/Berlin, 2026-07-10T12:00:00Z, 2026-07-11T00:00:00Z",
        // 02:30 is leapt over on 29 March: it comes at 03:30.
        "30 2 * * *,  Europe/Berlin, 2026-03-28T12:00:00Z, 2026-03-29T01:30:00Z",
        "30 2 * * *,  Europe/Berlin, 2026-03-29T01:30:00Z, 2026-03-30T00:30:00Z",
        // 02:30 comes twice on 25 October: the first counts.
        "30 2 * * *,  Europe/Berlin, 2026-10-24T12:00:00Z, 2026-10-25T00:30:00Z",
        "30 2 * * *,  Europe/Berlin, 2026-10-25T00:30:00Z, 2026-10-26T01:30:00Z",
        "*/30 * * * *,Europe/Berlin, 2026-10-25T00:30:00Z, 2026-10-25T02:00:00Z",
        "*/30 * * * *,Europe/Berlin, 2026-03-29T00:30:00Z, 2026-03-29T01:00:00Z",
        // Troll's clock is set back by two hours, Lord Howe's by half of one, Cairo's at midnight.
        "30 1 * * *,  Antarctica/Troll, 2026-10-24T23:30:00Z, 2026-10-26T01:30:00Z",
        "45 1 * * *,  Australia/Lord_Howe, 2026-04-04T14:45:00Z, 2026-04-05T15:15:00Z",
        "15 2 * * *,  Australia/Lord_Howe, 2026-10-02T15:45:00Z, 2026-10-03T15:45:00Z",
        "30 23 * * *, Africa/Cairo,  2026-10-29T20:30:00Z, 2026-10-30T21:30:00Z",
        "0 0 * * *,   Africa/Cairo,  2026-04-22T22:00:00Z, 2026-04-23T22:00:00Z",
        // Samoa left 30 December out: what comes that day comes with the next.
        "0 2 * * *,   Pacific/Apia,  2011-12-29T12:00:00Z, 2011-12-30T12:00:00Z",
        "0 2 29 2 *,  UTC,           2026-03-01T00:00:00Z, 2028-02-29T02:00:00Z",
        "0 2 * * *,   UTC,           2028-02-28T02:00:00Z, 2028-02-29T02:00:00Z",
        "*/30 * * * *,UTC,           2026-12-31T23:45:00Z, 2027-01-01T00:00:00Z",
    })
    void the_next_time_is_that_of_the_zones_clock(String cron, String zone, Instant after, Instant next) {
        assertThat(new Times.Cron(cron, ZoneId.of(zone)).next(after)).isEqualTo(next);
    }

    @ParameterizedTest
    @CsvSource({
        "PT30M, 2026-11-26T15:30:00Z,     2026-11-26T16:00:00Z",
        "PT30M, 2026-11-26T15:59:59.999Z, 2026-11-26T16:00:00Z",
        // The clock of a wall is changed in between: thirty minutes are thirty minutes.
        "PT30M, 2026-10-25T00:45:00Z,     2026-10-25T01:00:00Z",
        "PT24H, 2028-02-28T12:00:00Z,     2028-02-29T00:00:00Z",
        "PT24H, 2028-02-29T00:00:00Z,     2028-03-01T00:00:00Z",
        "PT5S,  2026-12-31T23:59:57Z,     2027-01-01T00:00:00Z",
        "PT0.5S,1969-12-31T23:59:59.75Z,  1970-01-01T00:00:00Z",
        // 7 days: Thursdays, as 1 January 1970 was.
        "PT168H,2026-11-26T00:00:00Z,     2026-12-03T00:00:00Z",
    })
    void an_interval_comes_at_its_multiples_whoever_asks_and_when(Duration interval, Instant after, Instant next) {
        assertThat(new Times.Every(interval).next(after)).isEqualTo(next);
    }

    @Test
    void what_would_come_without_end_at_once_is_refused() {
        assertThatThrownBy(() -> new Times.Every(Duration.ZERO)).hasMessageContaining("PT0S");
    }
}
