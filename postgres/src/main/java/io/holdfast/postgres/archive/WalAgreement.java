package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.WalFormat;
import io.holdfast.postgres.wal.WalIdentity;
import io.holdfast.postgres.wal.WalScanner;
import io.holdfast.postgres.wal.WalSink;
import io.holdfast.repository.frame.ObjectType;
import io.holdfast.repository.store.ObjectKey;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Compares WAL of one timeline that came from different sources, where they overlap, up to the shorter valid end. With
 * one source, and with sources that follow each other, there is nothing to read. Remembers what it has compared.
 * Confined to one thread.
 */
final class WalAgreement {

    /** The highest position there is. */
    static final Lsn NO_LIMIT = new Lsn(-1);

    /** Bytes compared at once. */
    private static final int CHUNK = 4 << 20;

    private final WalObjects objects;
    private final Generation generation;
    private final Map<Pair, Lsn> comparedTo = new HashMap<>();

    WalAgreement(WalObjects objects, Generation generation) {
        this.objects = objects;
        this.generation = generation;
    }

    /** A stretch without a hole that one session or backup has stored. */
    private record Stretch(ObjectKey folder, WalOrigin origin, WalChain chain) {}

    /** What two of them have of one segment. */
    private record Pair(ObjectKey one, ObjectKey other, Lsn segment) {}

    /** A segment that a member has as a whole: what others had of it when it was written was compared with it. */
    private record Merged(WalOrigin origin, Lsn segment) {}

    /** The first difference in segments before {@code limit} that no session has looked for when it merged. */
    Optional<Divergence> unchecked(List<StoredWal> stored, TimelineHistory history, Lsn limit) {
        var merged = stored.stream()
                .filter(object -> object.type() == ObjectType.WAL_SEGMENT)
                .map(object ->
                        new Merged(WalOrigin.of(object.key()), object.range().start()))
                .collect(Collectors.toSet());
        return first(stored, history, (pair, segment) -> segment.isBefore(limit) && isUnchecked(pair, segment, merged));
    }

    /** A backup has compared what it streamed with all that was there; what was merged later was compared with it. */
    private static boolean isUnchecked(List<WalOrigin> pair, Lsn segment, Set<Merged> merged) {
        return !isSettled(pair.get(0), segment, merged) || !isSettled(pair.get(1), segment, merged);
    }

    private static boolean isSettled(WalOrigin origin, Lsn segment, Set<Merged> merged) {
        return switch (origin) {
            case WalOrigin.Member _ -> merged.contains(new Merged(origin, segment));
            case WalOrigin.OfBackup _ -> true;
        };
    }

    /** The first difference between what one source and others have of some segments before {@code limit}. */
    Optional<Divergence> of(
            WalOrigin origin, Predicate<Lsn> segments, List<StoredWal> stored, TimelineHistory history, Lsn limit) {
        return first(
                stored,
                history,
                (pair, segment) -> segment.isBefore(limit)
                        && segments.test(segment)
                        && pair.contains(origin)
                        && !pair.get(0).equals(pair.get(1)));
    }

    private static List<Stretch> stretches(List<StoredWal> stored) {
        var byFolder = stored.stream().collect(Collectors.groupingBy(StoredWal::folder));
        return byFolder.entrySet().stream()
                .flatMap(source -> WalChain.of(source.getValue()).stream()
                        .map(chain -> new Stretch(source.getKey(), WalOrigin.of(source.getKey()), chain)))
                .sorted(Comparator.comparing(
                                (Stretch stretch) -> stretch.chain().start())
                        .thenComparing(Stretch::folder))
                .toList();
    }

    private Optional<Divergence> first(
            List<StoredWal> stored, TimelineHistory history, BiPredicate<List<WalOrigin>, Lsn> wanted) {
        var found = Optional.<Divergence>empty();
        var open = new ArrayList<Stretch>();
        for (var stretch : stretches(stored)) {
            open.removeIf(
                    before -> !before.chain().end().isAfter(stretch.chain().start()));
            for (var before : open) {
                var divergence = difference(before, stretch, stored, history, wanted)
                        .map(at -> new Divergence(
                                history.timeline(),
                                lastRecordBefore(at, stored, history),
                                before.folder(),
                                stretch.folder()));
                found = earlier(found, divergence);
            }
            open.add(stretch);
        }
        return found;
    }

    static Optional<Divergence> earlier(Optional<Divergence> one, Optional<Divergence> other) {
        return one.filter(found ->
                        other.isEmpty() || !found.at().isAfter(other.get().at()))
                .or(() -> other);
    }

    private Optional<Lsn> difference(
            Stretch one,
            Stretch other,
            List<StoredWal> stored,
            TimelineHistory history,
            BiPredicate<List<WalOrigin>, Lsn> wanted) {
        var size = generation.walSegmentSize();
        var origins = List.of(one.origin(), other.origin());
        var end = Lsn.earlier(one.chain().end(), other.chain().end());
        for (var from = other.chain().start(); from.isBefore(end); ) {
            var segment = size.start(from);
            var to = Lsn.earlier(end, segment.plus(size.bytes()));
            if (wanted.test(origins, segment)) {
                var difference = difference(one, other, new WalRange(history.timeline(), from, to));
                if (difference.isPresent() && !isFilling(difference.get(), stored, history)) {
                    return difference;
                }
            }
            from = to;
        }
        return Optional.empty();
    }

    /** Within one segment. Beyond its last whole record a source may hold what the server has written over since. */
    private Optional<Lsn> difference(Stretch one, Stretch other, WalRange range) {
        var valid = Lsn.earlier(validEnd(one.chain(), range.end()), validEnd(other.chain(), range.end()));
        var end = Lsn.earlier(range.end(), valid);
        var pair = new Pair(
                one.folder(), other.folder(), generation.walSegmentSize().start(range.start()));
        var position = Lsn.later(range.start(), comparedTo.getOrDefault(pair, Lsn.NONE));
        while (position.isBefore(end)) {
            var next = new WalRange(range.timeline(), position, Lsn.earlier(end, position.plus(CHUNK)));
            var left = read(one.chain(), next);
            var right = read(other.chain(), next);
            int count = Math.min(left.length, right.length);
            int mismatch = Arrays.mismatch(left, 0, count, right, 0, count);
            if (mismatch >= 0) {
                return Optional.of(position.plus(mismatch));
            }
            if (count == 0) {
                // An object has gone since it was listed: the next listing has what stands for it.
                return Optional.empty();
            }
            position = position.plus(count);
            comparedTo.put(pair, position);
        }
        return Optional.empty();
    }

    /** Only the end of a stretch can hold an unfinished record; the footer is read there only. */
    private Lsn validEnd(WalChain chain, Lsn needed) {
        var last = chain.objects().getLast();
        return needed.isAfter(last.range().start()) ? objects.footer(last).validEnd() : needed;
    }

    private byte[] read(WalChain chain, WalRange range) {
        var bytes = new ByteArrayOutputStream((int) range.bytes());
        objects.read(
                chain.from(range.start()), range, (_, content, offset, length) -> bytes.write(content, offset, length));
        return bytes.toByteArray();
    }

    /** Whether a position lies behind a switch record, in the rest of its segment that nobody reads. */
    private boolean isFilling(Lsn position, List<StoredWal> stored, TimelineHistory history) {
        var chain = chainAt(position, stored);
        var segment = generation.walSegmentSize().start(position);
        return !segment.isBefore(chain.start())
                && scan(chain, new WalRange(history.timeline(), segment, position), history)
                        .isFilling();
    }

    /** Where the record begins that holds the byte at {@code position}: before it, all sources have the same. */
    private Lsn lastRecordBefore(Lsn position, List<StoredWal> stored, TimelineHistory history) {
        var size = generation.walSegmentSize();
        var chain = chainAt(position, stored);
        var from = size.start(position);
        while (!from.isBefore(chain.start())) {
            var end = scan(chain, new WalRange(history.timeline(), from, position), history)
                    .validEnd();
            if (end.isAfter(from)) {
                return end;
            }
            from = new Lsn(from.offset() - size.bytes());
        }
        return chain.start();
    }

    private static WalChain chainAt(Lsn position, List<StoredWal> stored) {
        return WalChain.of(stored).stream()
                .filter(candidate -> !position.isBefore(candidate.start()) && position.isBefore(candidate.end()))
                .findFirst()
                .orElseThrow();
    }

    private WalScanner scan(WalChain chain, WalRange range, TimelineHistory history) {
        var identity = new WalIdentity(
                WalFormat.ofMajor(generation.majorVersion()),
                generation.systemIdentifier(),
                generation.walSegmentSize(),
                history);
        var scanner = WalScanner.startAt(identity, range.start(), WalSink.NOTHING);
        objects.read(
                chain.from(range.start()),
                range,
                (_, content, offset, length) ->
                        scanner.feed(scanner.position(), ByteBuffer.wrap(content, offset, length)));
        return scanner;
    }
}
