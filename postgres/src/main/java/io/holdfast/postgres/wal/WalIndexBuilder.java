package io.holdfast.postgres.wal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Gathers facts while WAL is read, and hands them out as the indexes of consecutive ranges. A fact belongs to the range
 * in which its record ends. Confined to one thread.
 */
public final class WalIndexBuilder implements WalSink {

    private static final int INITIAL = 64;

    private final TimelineId timeline;
    private Lsn start;
    private int count;
    private long[] ends = new long[INITIAL];
    private int[] xids = new int[INITIAL];
    private long[] micros = new long[INITIAL];
    private final BitSet aborted = new BitSet();
    private final List<WalEvent> events = new ArrayList<>();

    public WalIndexBuilder(TimelineId timeline, Lsn start) {
        this.timeline = timeline;
        this.start = start;
    }

    @Override
    public void transaction(long end, int xid, long time, boolean committed) {
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, count * 2);
            xids = Arrays.copyOf(xids, count * 2);
            micros = Arrays.copyOf(micros, count * 2);
        }
        ends[count] = end;
        xids[count] = xid;
        micros[count] = time;
        aborted.set(count, !committed);
        count++;
    }

    @Override
    public void event(WalEvent event) {
        events.add(event);
    }

    /** Where the next range begins. */
    public Lsn start() {
        return start;
    }

    /** The index from the last cut to {@code end}, where the next one begins; what was found beyond stays for that. */
    public WalIndex cut(Lsn end) {
        if (end.isBefore(start)) {
            throw new IllegalArgumentException("cut at %s, before the range begins at %s".formatted(end, start));
        }
        var before = transactionsUpTo(end);
        var earlyEvents =
                events.stream().filter(event -> !event.end().isAfter(end)).toList();
        var index = new WalIndex(
                timeline,
                start,
                end,
                Arrays.copyOf(ends, before),
                Arrays.copyOf(xids, before),
                Arrays.copyOf(micros, before),
                aborted.get(0, before),
                earlyEvents);
        forget(before);
        events.subList(0, earlyEvents.size()).clear();
        start = end;
        return index;
    }

    private int transactionsUpTo(Lsn end) {
        var kept = count;
        while (kept > 0 && Long.compareUnsigned(ends[kept - 1], end.offset()) > 0) {
            kept--;
        }
        return kept;
    }

    private void forget(int first) {
        var left = count - first;
        System.arraycopy(ends, first, ends, 0, left);
        System.arraycopy(xids, first, xids, 0, left);
        System.arraycopy(micros, first, micros, 0, left);
        var later = aborted.get(first, count);
        aborted.clear();
        aborted.or(later);
        count = left;
    }
}
