package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Stretches of one timeline, joined where they touch: as large as there are holes between them. Confined to one thread. */
final class Stretches {

    private final NavigableMap<Lsn, Lsn> ends = new TreeMap<>();

    void add(Lsn start, Lsn end) {
        if (!start.isBefore(end)) {
            return;
        }
        var from = start;
        var to = end;
        var before = ends.floorEntry(start);
        if (before != null && !before.getValue().isBefore(start)) {
            from = before.getKey();
            to = Lsn.later(to, before.getValue());
        }
        var within = ends.subMap(from, true, to, true);
        for (var stretch : within.entrySet()) {
            to = Lsn.later(to, stretch.getValue());
        }
        ends.subMap(from, true, to, true).clear();
        ends.put(from, to);
    }

    /** The end of the stretch that holds {@code position}, or ends there. */
    Optional<Lsn> endFrom(Lsn position) {
        return Optional.ofNullable(ends.floorEntry(position))
                .map(Map.Entry::getValue)
                .filter(end -> !end.isBefore(position));
    }

    boolean contains(Lsn position) {
        return endFrom(position).filter(end -> end.isAfter(position)).isPresent();
    }

    /** Whether any stretch has something between two positions. */
    boolean overlaps(Lsn start, Lsn end) {
        var last = ends.lowerEntry(end);
        return last != null && last.getValue().isAfter(start);
    }

    /** Start and end. */
    record Stretch(Lsn start, Lsn end) {}

    Optional<Stretch> last() {
        return Optional.ofNullable(ends.lastEntry()).map(last -> new Stretch(last.getKey(), last.getValue()));
    }
}
