package io.holdfast.postgres.replication;

import java.time.Instant;

/** PostgreSQL's timestamps: microseconds since 2000-01-01 00:00 UTC. Source: src/include/datatype/timestamp.h. */
final class ServerClock {

    private static final long EPOCH_SECONDS = 946_684_800;
    private static final long MICROS_PER_SECOND = 1_000_000;

    private ServerClock() {}

    static Instant instant(long micros) {
        return Instant.ofEpochSecond(
                EPOCH_SECONDS + Math.floorDiv(micros, MICROS_PER_SECOND),
                Math.floorMod(micros, MICROS_PER_SECOND) * 1000);
    }

    static long micros(Instant instant) {
        return (instant.getEpochSecond() - EPOCH_SECONDS) * MICROS_PER_SECOND + instant.getNano() / 1000;
    }
}
