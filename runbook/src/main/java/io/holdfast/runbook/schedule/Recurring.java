package io.holdfast.runbook.schedule;

import io.holdfast.runbook.run.RunRequest;
import java.time.ZoneId;
import java.util.function.Supplier;

/**
 * Work that comes again and again.
 *
 * @param name unique, and the same over restarts: by it is remembered when it comes next
 * @param cron five fields of Unix, {@code 0 2 * * *}
 * @param zone whose clock the fields are read by. A time that the clock leaps over comes as much later as it leaps; one that it
 *     shows twice comes once
 * @param work what is run then; asked each time, so that it is that of the plan in force
 */
public record Recurring(String name, String cron, ZoneId zone, MissedRuns missed, Supplier<RunRequest> work) {

    LocalCron schedule() {
        return new LocalCron(cron, zone);
    }
}
