package io.holdfast.runbook.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecurringTest {

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
        "*/30 * * * *,Europe/Berlin, 2026-10-25T00:30:00Z, 2026-10-25T01:00:00Z",
        "*/30 * * * *,Europe/Berlin, 2026-03-29T00:30:00Z, 2026-03-29T01:00:00Z",
        "0 2 29 2 *,  UTC,           2026-03-01T00:00:00Z, 2028-02-29T02:00:00Z",
        "*/30 * * * *,UTC,           2026-12-31T23:45:00Z, 2027-01-01T00:00:00Z",
    })
    void the_next_time_is_that_of_the_zones_clock(String cron, String zone, Instant after, Instant next) {
        var recurring = new Recurring("backup", cron, ZoneId.of(zone), MissedRuns.CATCH_UP, () -> {
            throw new AssertionError("not asked before its time");
        });

        assertThat(recurring.schedule().next(after)).isEqualTo(next);
    }
}
