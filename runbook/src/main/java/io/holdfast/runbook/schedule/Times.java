package io.holdfast.runbook.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/** When something comes, again and again: told from the clock alone, so that all residents mean the same times. */
public sealed interface Times {

    /**
     * By a clock on a wall. A time that it leaps over comes as much later as it leaps; one that it shows twice comes once.
     *
     * @param fields the five of Unix, {@code 0 2 * * *}
     */
    record Cron(String fields, ZoneId zone) implements Times {}

    /** At the multiples of an interval since 1970-01-01T00:00Z: one that divides a day comes at the same times each day, in UTC. */
    record Every(Duration interval) implements Times {

        public Every {
            if (interval.toMillis() < 1) {
                throw new IllegalArgumentException("nothing can come every " + interval);
            }
        }
    }

    /** The first after an instant. */
    default Instant next(Instant after) {
        return switch (this) {
            case Cron(var fields, var zone) -> new LocalCron(fields, zone).next(after);
            case Every(var interval) -> {
                var millis = interval.toMillis();
                yield Instant.ofEpochMilli((Math.floorDiv(after.toEpochMilli(), millis) + 1) * millis);
            }
        };
    }
}
