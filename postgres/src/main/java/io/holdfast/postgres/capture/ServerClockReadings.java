package io.holdfast.postgres.capture;

import io.holdfast.postgres.archive.RecoverableTo;
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

    private record Reach(TimelineId timeline, Lsn flushed) {}

    /** How far the server is known to have come. */
    private Optional<Reach> furthest;

    /** @param stored of this cluster */
    ServerClockReadings(Optional<RecoverableTo> stored) {
        furthest = stored.map(reached -> new Reach(reached.timeline(), reached.validEnd()));
    }

    /**
     * Takes a reading, unless it is behind what was flushed before: then it is that of an older copy, and what the true
     * server has flushed meanwhile nobody knows.
     *
     * @return whether it counts
     */
    synchronized boolean add(ServerClockReading reading) {
        if (furthest.filter(known -> reading.timeline().equals(known.timeline())
                        && reading.flushed().isBefore(known.flushed()))
                .isPresent()) {
            return false;
        }
        furthest = Optional.of(new Reach(reading.timeline(), reading.flushed()));
        readings.addLast(reading);
        if (readings.size() > MOST) {
            // Long outage: thin out evenly is not worth it, the newest matter once it is over.
            readings.removeFirst();
        }
        return true;
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
