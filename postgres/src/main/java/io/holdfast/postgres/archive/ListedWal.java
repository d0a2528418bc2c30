package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalSegmentSize;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Which WAL there is, by the names of its objects: what is in them was not looked at. Confined to one thread. */
final class ListedWal {

    private final Map<TimelineId, Stretches> timelines = new HashMap<>();

    void add(WalRange range) {
        timelines.computeIfAbsent(range.timeline(), _ -> new Stretches()).add(range.start(), range.end());
    }

    /**
     * Whether nothing is missing that a recovery reads between two positions of a history, here or in another listing. A newer
     * timeline has a copy of what the segment in which it begins holds of its parent.
     */
    boolean leads(TimelineHistory history, Lsn from, Lsn to, ListedWal other, WalSegmentSize size) {
        var position = Optional.of(size.start(from));
        var reached = position.get();
        while (position.isPresent() && reached.isBefore(to)) {
            position = next(history, reached, other);
            reached = position.orElse(reached);
        }
        return !reached.isBefore(to);
    }

    private Optional<Lsn> next(TimelineHistory history, Lsn position, ListedWal other) {
        var own = history.timelineAt(position);
        return Stream.concat(history.forks().stream().map(TimelineHistory.Fork::parent), Stream.of(history.timeline()))
                .filter(timeline -> timeline.compareTo(own) >= 0)
                .flatMap(timeline -> Stream.of(this, other)
                        .flatMap(listing -> listing.endFrom(timeline, position).stream())
                        .map(end -> history.leftAt(timeline)
                                .map(left -> Lsn.earlier(left, end))
                                .orElse(end)))
                .filter(end -> end.isAfter(position))
                .findFirst();
    }

    private Optional<Lsn> endFrom(TimelineId timeline, Lsn position) {
        return Optional.ofNullable(timelines.get(timeline)).flatMap(stretches -> stretches.endFrom(position));
    }
}
