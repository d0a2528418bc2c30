package io.holdfast.postgres.wal;

import java.time.Instant;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What happened in one range of WAL: the transactions that ended in it, and the rare events. Immutable. A fact belongs
 * to the range in which its record ends.
 *
 * <p>Times are the server's clock and not always ascending: transactions end at the same time on several processors,
 * and clocks step. What counts for recovery to a time is the order of the WAL: it stops at the <em>first</em> commit or
 * abort whose time is beyond the target (recoveryStopsBefore in src/backend/access/transam/xlogrecovery.c).
 */
public final class WalIndex {

    private final TimelineId timeline;
    private final Lsn start;
    private final Lsn end;
    private final long[] ends;
    private final int[] xids;
    private final long[] micros;
    private final BitSet aborted;
    private final List<WalEvent> events;

    /** Takes the arrays over. */
    WalIndex(
            TimelineId timeline,
            Lsn start,
            Lsn end,
            long[] ends,
            int[] xids,
            long[] micros,
            BitSet aborted,
            List<WalEvent> events) {
        this.timeline = timeline;
        this.start = start;
        this.end = end;
        this.ends = ends;
        this.xids = xids;
        this.micros = micros;
        this.aborted = aborted;
        this.events = List.copyOf(events);
    }

    /** Nothing happened in this range. */
    public static WalIndex empty(TimelineId timeline, Lsn start, Lsn end) {
        return new WalIndex(timeline, start, end, new long[0], new int[0], new long[0], new BitSet(), List.of());
    }

    /** Source: {@link WalIndexCodec}; throws when the bytes are not an index of a known version. */
    public static WalIndex decode(byte[] bytes) {
        return WalIndexCodec.decode(bytes);
    }

    public byte[] encode() {
        return WalIndexCodec.encode(this);
    }

    /** This range and the one that follows it at once. */
    public WalIndex followedBy(WalIndex next) {
        if (!next.timeline.equals(timeline) || !next.start.equals(end)) {
            throw new IllegalArgumentException("index of timeline %s from %s does not follow timeline %s to %s"
                    .formatted(next.timeline, next.start, timeline, end));
        }
        var bothAborted = (BitSet) aborted.clone();
        next.aborted.stream().forEach(i -> bothAborted.set(ends.length + i));
        return new WalIndex(
                timeline,
                start,
                next.end,
                concat(ends, next.ends),
                IntStream.concat(IntStream.of(xids), IntStream.of(next.xids)).toArray(),
                concat(micros, next.micros),
                bothAborted,
                Stream.concat(events.stream(), next.events.stream()).toList());
    }

    /** The part of this range that ends at {@code position}. */
    public WalIndex upTo(Lsn position) {
        int count =
                index(i -> Long.compareUnsigned(ends[i], position.offset()) > 0).orElse(ends.length);
        return new WalIndex(
                timeline,
                start,
                position,
                Arrays.copyOf(ends, count),
                Arrays.copyOf(xids, count),
                Arrays.copyOf(micros, count),
                aborted.get(0, count),
                events.stream().filter(event -> !event.end().isAfter(position)).toList());
    }

    private static long[] concat(long[] first, long[] second) {
        var both = new long[first.length + second.length];
        System.arraycopy(first, 0, both, 0, first.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    public TimelineId timeline() {
        return timeline;
    }

    public Lsn start() {
        return start;
    }

    public Lsn end() {
        return end;
    }

    /** In WAL order. */
    public List<WalEvent> events() {
        return events;
    }

    public int commits() {
        return ends.length - aborts();
    }

    public int aborts() {
        return aborted.cardinality();
    }

    /** Commits and aborts, in WAL order. */
    public Stream<WalTransaction> transactions() {
        return IntStream.range(0, ends.length).mapToObj(this::at);
    }

    /** The first in WAL order. */
    public Optional<WalTransaction> firstCommit() {
        return first(this::committed);
    }

    /** The last in WAL order. */
    public Optional<WalTransaction> lastCommit() {
        return lastCommitAmong(ends.length);
    }

    /**
     * Where recovery to {@code target}, inclusive, stops: the first commit or abort in WAL order with a later time. Empty
     * when recovery would read on beyond this range.
     */
    public Optional<WalTransaction> firstAfter(Instant target) {
        var limit = PostgresTime.micros(target);
        return first(i -> micros[i] > limit);
    }

    /** Where recovery to {@code target}, exclusive, stops: the first commit or abort that is not earlier. */
    public Optional<WalTransaction> firstAtOrAfter(Instant target) {
        var limit = PostgresTime.microsRoundedUp(target);
        return first(i -> micros[i] >= limit);
    }

    /** The last commit of this range that recovery to {@code target}, inclusive, brings back. */
    public Optional<WalTransaction> lastCommitAtOrBefore(Instant target) {
        var limit = PostgresTime.micros(target);
        return lastCommitAmong(index(i -> micros[i] > limit).orElse(ends.length));
    }

    /** The last commit of this range that is complete at {@code position}. */
    public Optional<WalTransaction> lastCommitAtOrBefore(Lsn position) {
        return lastCommitAmong(
                index(i -> Long.compareUnsigned(ends[i], position.offset()) > 0).orElse(ends.length));
    }

    /** How the transaction {@code xid} (unsigned) ended in this range, if it did; never a subtransaction. */
    public Optional<WalTransaction> endOfTransaction(int xid) {
        if (xid == 0) {
            return Optional.empty();
        }
        return first(i -> xids[i] == xid);
    }

    /** In WAL order; recovery stops at the first. */
    public List<WalEvent.RestorePoint> restorePoints(String name) {
        return events.stream()
                .filter(WalEvent.RestorePoint.class::isInstance)
                .map(WalEvent.RestorePoint.class::cast)
                .filter(point -> point.name().equals(name))
                .toList();
    }

    /** The earliest time of a commit or abort, wherever it stands. */
    public Optional<Instant> earliest() {
        return IntStream.range(0, ends.length)
                .mapToObj(i -> micros[i])
                .min(Long::compare)
                .map(PostgresTime::instant);
    }

    /** The latest time of a commit or abort, wherever it stands. */
    public Optional<Instant> latest() {
        return IntStream.range(0, ends.length)
                .mapToObj(i -> micros[i])
                .max(Long::compare)
                .map(PostgresTime::instant);
    }

    private Optional<WalTransaction> first(IntPredicate condition) {
        return index(condition).stream().mapToObj(this::at).findFirst();
    }

    private OptionalInt index(IntPredicate condition) {
        return IntStream.range(0, ends.length).filter(condition).findFirst();
    }

    private Optional<WalTransaction> lastCommitAmong(int count) {
        var last = aborted.previousClearBit(count - 1);
        return last < 0 ? Optional.empty() : Optional.of(at(last));
    }

    private boolean committed(int i) {
        return !aborted.get(i);
    }

    private WalTransaction at(int i) {
        return new WalTransaction(new Lsn(ends[i]), xids[i], PostgresTime.instant(micros[i]), committed(i));
    }

    int size() {
        return ends.length;
    }

    long endOf(int i) {
        return ends[i];
    }

    int xidOf(int i) {
        return xids[i];
    }

    long microsOf(int i) {
        return micros[i];
    }

    boolean abortedAt(int i) {
        return aborted.get(i);
    }
}
