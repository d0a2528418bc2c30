package io.holdfast.plan;

import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;

/** When something is due, again and again. */
public sealed interface Timing {

    /** Once a day, at a time of a clock on a wall. */
    record Daily(LocalTime at, ZoneId zone) implements Timing {}

    /** At a distance; what recurs comes at the multiples of it since 1970-01-01T00:00Z. */
    record Every(Duration interval) implements Timing {}

    /** The longest time between two. */
    default Duration interval() {
        return switch (this) {
            case Daily _ -> Duration.ofDays(1);
            case Every(var interval) -> interval;
        };
    }
}
