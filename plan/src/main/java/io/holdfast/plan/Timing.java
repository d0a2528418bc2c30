package io.holdfast.plan;

import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;

/** When something is due, again and again. */
public sealed interface Timing {

    /** Once a day, at a time of a clock on a wall. */
    record Daily(LocalTime at, ZoneId zone) implements Timing {}

    /** At a distance, counted from the last time. */
    record Every(Duration interval) implements Timing {}

    /** The longest time between two. */
    default Duration interval() {
        return switch (this) {
            case Daily _ -> Duration.ofDays(1);
            case Every(var interval) -> interval;
        };
    }
}
