package io.holdfast.runbook.schedule;

import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.schedule.CronSchedule;
import com.github.kagkarlsson.scheduler.task.schedule.CronStyle;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/**
 * Times by the clock of a zone. A time that this clock leaps over comes as much later as it leaps, where db-scheduler's own
 * schedule would leave the day out; one that it shows twice comes once, also where it is set back by two hours (Troll).
 */
final class LocalCron {

    /** Longer than any clock ever leapt: Samoa left a day out. */
    private static final Duration LONGEST_LEAP = Duration.ofDays(2);

    private final ZoneId zone;

    /** The fields read by a clock that never leaps. */
    private final CronSchedule even;

    LocalCron(String cron, ZoneId zone) {
        this.zone = zone;
        even = new CronSchedule(cron, ZoneOffset.UTC, CronStyle.UNIX);
    }

    Instant next(Instant after) {
        var shown = LocalDateTime.ofInstant(after, zone).minus(LONGEST_LEAP);
        while (true) {
            shown = nextShown(shown);
            var instant = ZonedDateTime.ofLocal(shown, zone, null).toInstant();
            if (instant.isAfter(after)) {
                return instant;
            }
        }
    }

    private LocalDateTime nextShown(LocalDateTime after) {
        var next = even.getNextExecutionTime(ExecutionComplete.simulatedSuccess(after.toInstant(ZoneOffset.UTC)));
        return LocalDateTime.ofInstant(next, ZoneOffset.UTC);
    }
}
