package io.holdfast.postgres.capture;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** The latest readings that may still become covered. Thread-safe. */
final class ServerClockReadings {

    private static final int MOST = 600;

    private final Deque<ServerClockReading> readings = new ArrayDeque<>();

    synchronized void add(ServerClockReading reading) {
        readings.addLast(reading);
        if (readings.size() > MOST) {
            // Long outage: thin out evenly is not worth it, the newest matter once it is over.
            readings.removeFirst();
        }
    }

    synchronized Optional<ServerClockReading> latest() {
        return Optional.ofNullable(readings.peekLast());
    }

    /** The newest moment at which everything flushed lay before {@code position}; older readings are forgotten. */
    synchronized Optional<Instant> coveredBy(TimelineId timeline, Lsn position) {
        Optional<ServerClockReading> best = readings.stream()
                .filter(reading -> reading.timeline().equals(timeline)
                        && !reading.flushed().isAfter(position))
                .reduce((_, later) -> later);
        best.ifPresent(found -> readings.removeIf(reading -> reading.clock().isBefore(found.clock())));
        return best.map(ServerClockReading::clock);
    }
}
