package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.TimelineId;
import java.util.HashMap;
import java.util.Map;

/** The WAL of one generation that is needed, in whole segments. Confined to one thread. */
public final class WalNeeds {

    private final Generation generation;
    private final Map<TimelineId, Stretches> needed = new HashMap<>();
    private final Stretches onEvery = new Stretches();
    private boolean everything;

    public WalNeeds(Generation generation) {
        this.generation = generation;
    }

    Generation generation() {
        return generation;
    }

    public void addEverything() {
        everything = true;
    }

    /** From the beginning of the segment that holds {@code from}. */
    public void add(TimelineId timeline, Lsn from, Lsn to) {
        needed.computeIfAbsent(timeline, _ -> new Stretches()).add(segment(from), to);
    }

    /** Whatever timelines there are. */
    public void addOnEvery(Lsn from, Lsn to) {
        onEvery.add(segment(from), to);
    }

    /** What a recovery along a history may read between two positions: it asks newer timelines for what their first segments share with older ones. */
    public void addAlong(TimelineHistory history, Lsn from, Lsn to) {
        for (var fork : history.forks()) {
            var end = segment(fork.at()).plus(generation.walSegmentSize().bytes());
            add(fork.parent(), from, Lsn.earlier(end, to));
        }
        add(history.timeline(), from, to);
    }

    /** Without an end. */
    public void addAlong(TimelineHistory history, Lsn from) {
        addAlong(history, from, WalAgreement.NO_LIMIT);
    }

    private Lsn segment(Lsn position) {
        return generation.walSegmentSize().start(position);
    }

    boolean contains(WalRange range) {
        return everything
                || onEvery.overlaps(range.start(), range.end())
                || needed.getOrDefault(range.timeline(), new Stretches()).overlaps(range.start(), range.end());
    }
}
