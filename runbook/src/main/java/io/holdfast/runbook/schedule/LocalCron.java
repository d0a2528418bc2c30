package io.holdfast.runbook.schedule;

import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.schedule.CronSchedule;
import com.github.kagkarlsson.scheduler.task.schedule.CronStyle;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/**
 * Times by the clock of a zone. A time that this clock leaps over comes as much later as it leaps, where db-scheduler's own
 * schedule would leave the day out; one that it shows twice comes once.
 */
final class LocalCron {

    private final ZoneId zone;
    private final CronSchedule real;

    /** The same fields read by a clock that never leaps. */
    private final CronSchedule even;

    LocalCron(String cron, ZoneId zone) {
        this.zone = zone;
        real = new CronSchedule(cron, zone, CronStyle.UNIX);
        even = new CronSchedule(cron, ZoneOffset.UTC, CronStyle.UNIX);
    }

    Instant next(Instant after) {
        var next = next(real, after);
        var shown = LocalDateTime.ofInstant(after, zone).toInstant(ZoneOffset.UTC);
        var local = LocalDateTime.ofInstant(next(even, shown), ZoneOffset.UTC);
        if (!zone.getRules().getValidOffsets(local).isEmpty()) {
            return next;
        }
        var later = ZonedDateTime.ofLocal(local, zone, null).toInstant();
        return later.isBefore(next) && later.isAfter(after) ? later : next;
    }

    private static Instant next(CronSchedule schedule, Instant after) {
        return schedule.getNextExecutionTime(ExecutionComplete.simulatedSuccess(after));
    }
}
