package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalSegmentName;
import io.holdfast.postgres.wal.WalSegmentSize;
import io.holdfast.repository.Repository;
import io.holdfast.repository.frame.ObjectType;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What one member has stored under its claims of one generation: read once from the listing, then kept current by the session that adds
 * to it. Only the pieces that were not merged yet are remembered one by one, all else as stretches, so that it stays small
 * however old the repository is and however long a session lasts. Thread-safe.
 */
public final class MemberWal {

    private final Generation generation;
    private final WalSegmentSize segmentSize;
    private final TreeMap<TimelineId, Timeline> timelines = new TreeMap<>();

    /**
     * What is stored of one timeline.
     *
     * @param stored all of it
     * @param merged whole segments
     * @param pieces that lie in no segment of {@code merged}
     */
    private record Timeline(Stretches stored, Stretches merged, List<StoredWal> pieces) {

        void add(StoredWal wal) {
            var range = wal.range();
            stored.add(range.start(), range.end());
            if (wal.type() == ObjectType.WAL_SEGMENT) {
                merged.add(range.start(), range.end());
            } else if (range.bytes() > 0) {
                pieces.add(wal);
            }
        }

        void forgetMerged() {
            pieces.removeIf(piece -> merged.contains(piece.range().start()));
        }
    }

    private MemberWal(Generation generation) {
        this.generation = generation;
        this.segmentSize = generation.walSegmentSize();
    }

    /** What ends a timeline was looked at: who believed a name alone would not store again what is only said to be there. */
    public static MemberWal load(Repository repository, Generation generation, MemberName member) {
        var ends = new SoundEnds(repository);
        while (true) {
            var wal = listed(repository, generation, member, ends::add);
            if (ends.areSound()) {
                return wal;
            }
        }
    }

    /** By what names say. */
    static MemberWal listed(
            Repository repository, Generation generation, MemberName member, Predicate<StoredWal> counts) {
        var wal = new MemberWal(generation);
        new SkippingListing(repository.store(), Claim.folder(member))
                .forEach(wal::mergedEnd, object -> wal.keep(object, counts));
        wal.timelines.values().forEach(Timeline::forgetMerged);
        return wal;
    }

    /** Pieces that a segment stands for need not be looked at. In a session's folder segments come before pieces. */
    private Optional<ObjectKey> mergedEnd(StoredObject object) {
        var found = object.key();
        var others = generation.endOfOther(found);
        if (others.isPresent()) {
            return others;
        }
        if (Coverages.isOne(found)) {
            return Optional.of(SkippingListing.endOf(SkippingListing.folderOf(found)));
        }
        return StoredWal.of(object, segmentSize)
                .filter(wal -> wal.type() == ObjectType.WAL_PIECE)
                .flatMap(wal -> timeline(wal.range().timeline())
                        .merged()
                        .endFrom(wal.range().start())
                        .filter(end -> end.isAfter(wal.range().start())))
                .map(end -> SkippingListing.folderOf(found).child(end.sortable()));
    }

    private void keep(StoredObject object, Predicate<StoredWal> counts) {
        StoredWal.of(object, segmentSize).filter(counts).ifPresent(this::keep);
    }

    private synchronized void keep(StoredWal wal) {
        timeline(wal.range().timeline()).add(wal);
    }

    private Timeline timeline(TimelineId timeline) {
        return timelines.computeIfAbsent(
                timeline, _ -> new Timeline(new Stretches(), new Stretches(), new ArrayList<>()));
    }

    /** Up to where WAL is stored without a hole from {@code position} on; {@code position} itself if it is not. */
    public synchronized Lsn storedFrom(TimelineId timeline, Lsn position) {
        return timeline(timeline).stored().endFrom(position).orElse(position);
    }

    /** The newest stretch without a hole on the newest timeline that has any. */
    public synchronized Optional<WalRange> newest() {
        return timelines.descendingMap().entrySet().stream()
                .flatMap(found -> found.getValue().stored().last().stream()
                        .map(last -> new WalRange(found.getKey(), last.start(), last.end())))
                .findFirst();
    }

    /** Records a piece that was just stored. */
    public void added(WalSource source, WalRange range, Instant at) {
        keep(new StoredWal(source.piece(range), ObjectType.WAL_PIECE, range, at));
    }

    /** How many objects are remembered one by one. */
    synchronized int remembered() {
        return timelines.values().stream()
                .mapToInt(timeline -> timeline.pieces().size())
                .sum();
    }

    /** Segments that pieces cover wholly and that were not merged yet, oldest first. */
    public synchronized List<WalSegmentName> unmerged() {
        var found = new ArrayList<WalSegmentName>();
        timelines.forEach((timeline, wal) -> wal.pieces().stream()
                .map(piece -> segmentSize.start(piece.range().start()))
                .distinct()
                .sorted()
                .filter(start -> !wal.stored().endFrom(start).orElse(start).isBefore(start.plus(segmentSize.bytes())))
                .map(start -> segmentSize.name(timeline, start))
                .forEach(found::add));
        return found;
    }

    /** The fewest pieces that make up a segment, in order. */
    synchronized List<StoredWal> pieces(WalSegmentName segment) {
        var start = segment.start(segmentSize);
        var end = start.plus(segmentSize.bytes());
        var within = timeline(segment.timeline()).pieces().stream()
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
        var wal = timeline(segment.range().timeline());
        wal.add(segment);
        wal.forgetMerged();
    }
}
