package io.holdfast.postgres.wal;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** PostgreSQL's timestamps: microseconds since 2000-01-01 00:00 UTC. Source: datatype/timestamp.h. */
final class PostgresTime {

    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

    private PostgresTime() {}

    static Instant instant(long micros) {
        return EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    /** The last whole microsecond that is not later. Beyond what PostgreSQL can hold, the nearest end. */
    static long micros(Instant time) {
        var since = Duration.between(EPOCH, time);
        try {
            return Math.addExact(Math.multiplyExact(since.getSeconds(), 1_000_000L), since.getNano() / 1000);
        } catch (ArithmeticException e) {
            return since.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    /** The first whole microsecond that is not earlier. */
    static long microsRoundedUp(Instant time) {
        var down = micros(time);
        return down < Long.MAX_VALUE && instant(down).isBefore(time) ? down + 1 : down;
    }
}
