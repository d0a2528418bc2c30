package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalSegmentName;
import io.holdfast.postgres.wal.WalSegmentSize;
import io.holdfast.repository.Repository;
import io.holdfast.repository.frame.ObjectType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one member has stored under its claims of one generation: read once from the listing, then kept current by the session that adds
 * to it. Whole segments are remembered by name only, so that it stays small however long a session lasts. Thread-safe.
 */
public final class MemberWal {

    private final WalSegmentSize segmentSize;

    /** Objects of one timeline in the order of their names. */
    private final TreeMap<TimelineId, List<StoredWal>> objects = new TreeMap<>();

    private MemberWal(WalSegmentSize segmentSize) {
        this.segmentSize = segmentSize;
    }

    public static MemberWal load(Repository repository, Generation generation, MemberName member) {
        var wal = new MemberWal(generation.walSegmentSize());
        try (var objects = repository.store().list(Claim.folder(member))) {
            objects.filter(object -> generation.holds(object.key()))
                    .flatMap(object -> StoredWal.of(object, generation.walSegmentSize()).stream())
                    .forEach(wal::keep);
        }
        return wal;
    }

    private synchronized void keep(StoredWal wal) {
        objects.computeIfAbsent(wal.range().timeline(), _ -> new ArrayList<>()).add(wal);
    }

    /** Up to where WAL is stored without a hole from {@code position} on; {@code position} itself if it is not. */
    public synchronized Lsn storedFrom(TimelineId timeline, Lsn position) {
        return chains(timeline).stream()
                .filter(chain -> !position.isBefore(chain.start()) && !position.isAfter(chain.end()))
                .map(WalChain::end)
                .max(Comparator.naturalOrder())
                .orElse(position);
    }

    /** The newest stretch without a hole on the newest timeline. */
    public synchronized Optional<WalRange> newest() {
        return objects.isEmpty() ? Optional.empty() : newest(objects.lastKey());
    }

    private Optional<WalRange> newest(TimelineId timeline) {
        return chains(timeline).reversed().stream()
                .findFirst()
                .map(chain -> new WalRange(timeline, chain.start(), chain.end()));
    }

    /** Records a piece that was just stored. */
    public void added(WalSource source, WalRange range, java.time.Instant at) {
        keep(new StoredWal(source.piece(range), ObjectType.WAL_PIECE, range, at));
    }

    /** Segments that pieces cover wholly and that were not merged yet, oldest first. */
    public synchronized List<WalSegmentName> unmerged() {
        var found = new ArrayList<WalSegmentName>();
        objects.forEach((timeline, wal) -> {
            Set<Lsn> merged = new TreeSet<>();
            Set<Lsn> begun = new TreeSet<>();
            wal.forEach(object -> {
                if (object.type() == ObjectType.WAL_SEGMENT) {
                    merged.add(object.range().start());
                } else {
                    begun.add(segmentSize.start(object.range().start()));
                }
            });
            begun.removeAll(merged);
            begun.stream()
                    .filter(start -> !storedFrom(timeline, start).isBefore(start.plus(segmentSize.bytes())))
                    .map(start -> segmentSize.name(timeline, start))
                    .forEach(found::add);
        });
        return found;
    }

    /** The fewest pieces that make up a segment, in order. */
    synchronized List<StoredWal> pieces(WalSegmentName segment) {
        var start = segment.start(segmentSize);
        var end = start.plus(segmentSize.bytes());
        var within = objects.getOrDefault(segment.timeline(), List.of()).stream()
                .filter(object -> object.type() == ObjectType.WAL_PIECE)
                .filter(object -> !object.range().start().isBefore(start)
                        && !object.range().end().isAfter(end))
                .toList();
        return WalChain.of(within).stream()
                .filter(chain -> chain.start().equals(start) && chain.end().equals(end))
                .findFirst()
                .map(WalChain::objects)
                .orElse(List.of());
    }

    /** A segment stands for its pieces from now on. */
    synchronized void merged(StoredWal segment) {
        var wal = objects.computeIfAbsent(segment.range().timeline(), _ -> new ArrayList<>());
        wal.removeIf(object -> segment.range().contains(object.range().start()));
        wal.add(segment);
    }

    private List<WalChain> chains(TimelineId timeline) {
        return WalChain.of(objects.getOrDefault(timeline, List.of()));
    }
}
