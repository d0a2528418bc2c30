package io.holdfast.postgres.wal;

import io.holdfast.repository.binary.BinaryReader;
import io.holdfast.repository.binary.BinaryWriter;
import io.holdfast.repository.binary.MalformedEncodingException;
import io.holdfast.repository.frame.NewerFormatException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The bytes of a {@link WalIndex}, all of them variable-length numbers ({@link BinaryWriter}): format version, timeline,
 * start, length, the number of transactions; then in columns, which compress better than rows, their ends (difference to
 * the one before, times two, plus one for an abort), xids and times (signed differences); then the events, each with its
 * kind. Not compressed and not authenticated: the layer above does both.
 */
final class WalIndexCodec {

    private static final int VERSION = 0;

    private static final int RESTORE_POINT = 1;
    private static final int CHECKPOINT = 2;
    private static final int END_OF_RECOVERY = 3;
    private static final int PARAMETER_CHANGE = 4;
    private static final int BACKUP_END = 5;
    private static final int FULL_PAGE_WRITES = 6;
    private static final int OVERWRITE = 7;
    private static final int TABLESPACE_CREATION = 8;

    private final Lsn start;

    private WalIndexCodec(Lsn start) {
        this.start = start;
    }

    static byte[] encode(WalIndex index) {
        var out = new BinaryWriter();
        out.varint(VERSION);
        out.varint(Integer.toUnsignedLong(index.timeline().number()));
        out.varint(index.start().offset());
        out.varint(index.end().minus(index.start()));
        out.varint(index.size());
        encodeTransactions(index, out);
        out.varint(index.events().size());
        var codec = new WalIndexCodec(index.start());
        index.events().forEach(event -> codec.encode(event, out));
        return out.toBytes();
    }

    private static void encodeTransactions(WalIndex index, BinaryWriter out) {
        var end = index.start().offset();
        for (var i = 0; i < index.size(); i++) {
            out.varint(((index.endOf(i) - end) << 1) | (index.abortedAt(i) ? 1 : 0));
            end = index.endOf(i);
        }
        var xid = 0;
        for (var i = 0; i < index.size(); i++) {
            out.signed(index.xidOf(i) - xid);
            xid = index.xidOf(i);
        }
        var micros = 0L;
        for (var i = 0; i < index.size(); i++) {
            out.signed(index.microsOf(i) - micros);
            micros = index.microsOf(i);
        }
    }

    static WalIndex decode(byte[] bytes) {
        var in = new BinaryReader(bytes);
        var version = in.varint();
        if (version != VERSION) {
            throw new NewerFormatException("a WAL index", version, VERSION);
        }
        var timeline = timeline(in);
        var start = new Lsn(in.varint());
        var end = start.plus(in.varint());
        var count = in.items();
        var ends = new long[count];
        var aborted = new BitSet();
        for (var i = 0; i < count; i++) {
            var step = in.varint();
            ends[i] = (i == 0 ? start.offset() : ends[i - 1]) + (step >>> 1);
            aborted.set(i, (step & 1) != 0);
        }
        var xids = new int[count];
        for (var i = 0; i < count; i++) {
            xids[i] = (i == 0 ? 0 : xids[i - 1]) + (int) in.signed();
        }
        var micros = new long[count];
        for (var i = 0; i < count; i++) {
            micros[i] = (i == 0 ? 0 : micros[i - 1]) + in.signed();
        }
        var events = new WalIndexCodec(start).decodeEvents(in);
        in.requireEnd();
        return new WalIndex(timeline, start, end, ends, xids, micros, aborted, events);
    }

    private void encode(WalEvent event, BinaryWriter out) {
        out.varint(kind(event));
        // a record may have begun before the range in which it ends
        out.signed(event.start().minus(start));
        out.varint(event.end().minus(event.start()));
        switch (event) {
            case WalEvent.RestorePoint e -> {
                out.text(e.name());
                out.signed(PostgresTime.micros(e.time()));
            }
            case WalEvent.Checkpoint e -> {
                out.signed(e.redo().minus(start));
                out.varint((e.shutdown() ? 1 : 0) | (e.fullPageWrites() ? 2 : 0));
                timelines(e.timeline(), e.previous(), out);
                out.signed(e.time().getEpochSecond());
            }
            case WalEvent.EndOfRecovery e -> {
                timelines(e.timeline(), e.previous(), out);
                out.signed(PostgresTime.micros(e.time()));
            }
            case WalEvent.ParameterChange e -> {
                out.signed(e.maxConnections());
                out.signed(e.maxWorkerProcesses());
                out.signed(e.maxWalSenders());
                out.signed(e.maxPreparedTransactions());
                out.signed(e.maxLocksPerTransaction());
                out.varint(e.walLevel().number());
            }
            case WalEvent.BackupEnd e -> out.signed(e.backupStart().minus(start));
            case WalEvent.FullPageWritesChange e -> out.varint(e.on() ? 1 : 0);
            case WalEvent.TablespaceCreation e -> {
                out.varint(e.oid());
                out.text(e.location());
            }
            case WalEvent.Overwrite e -> {
                out.signed(e.torn().minus(start));
                out.signed(PostgresTime.micros(e.time()));
            }
        }
    }

    private List<WalEvent> decodeEvents(BinaryReader in) {
        var count = in.items();
        var events = new ArrayList<WalEvent>(count);
        for (var i = 0; i < count; i++) {
            events.add(decodeEvent(in));
        }
        return events;
    }

    private WalEvent decodeEvent(BinaryReader in) {
        var kind = in.varint();
        var from = start.plus(in.signed());
        var to = from.plus(in.varint());
        return switch ((int) kind) {
            case RESTORE_POINT -> new WalEvent.RestorePoint(from, to, in.text(), PostgresTime.instant(in.signed()));
            case CHECKPOINT -> {
                var redo = start.plus(in.signed());
                var flags = in.varint();
                yield new WalEvent.Checkpoint(
                        from, to, redo, (flags & 1) != 0, timeline(in), timeline(in), (flags & 2) != 0, seconds(in));
            }
            case END_OF_RECOVERY ->
                new WalEvent.EndOfRecovery(from, to, timeline(in), timeline(in), PostgresTime.instant(in.signed()));
            case PARAMETER_CHANGE ->
                new WalEvent.ParameterChange(
                        from,
                        to,
                        (int) in.signed(),
                        (int) in.signed(),
                        (int) in.signed(),
                        (int) in.signed(),
                        (int) in.signed(),
                        walLevel(in.varint()));
            case BACKUP_END -> new WalEvent.BackupEnd(from, to, start.plus(in.signed()));
            case FULL_PAGE_WRITES -> new WalEvent.FullPageWritesChange(from, to, in.varint() != 0);
            case OVERWRITE ->
                new WalEvent.Overwrite(from, to, start.plus(in.signed()), PostgresTime.instant(in.signed()));
            case TABLESPACE_CREATION -> new WalEvent.TablespaceCreation(from, to, in.varint(), in.text());
            default -> throw new MalformedEncodingException("event kind %d is not known".formatted(kind));
        };
    }

    private static int kind(WalEvent event) {
        return switch (event) {
            case WalEvent.RestorePoint _ -> RESTORE_POINT;
            case WalEvent.Checkpoint _ -> CHECKPOINT;
            case WalEvent.EndOfRecovery _ -> END_OF_RECOVERY;
            case WalEvent.ParameterChange _ -> PARAMETER_CHANGE;
            case WalEvent.BackupEnd _ -> BACKUP_END;
            case WalEvent.FullPageWritesChange _ -> FULL_PAGE_WRITES;
            case WalEvent.Overwrite _ -> OVERWRITE;
            case WalEvent.TablespaceCreation _ -> TABLESPACE_CREATION;
        };
    }

    private static void timelines(TimelineId timeline, TimelineId previous, BinaryWriter out) {
        out.varint(Integer.toUnsignedLong(timeline.number()));
        out.varint(Integer.toUnsignedLong(previous.number()));
    }

    private static TimelineId timeline(BinaryReader in) {
        var number = in.varint();
        if (number <= 0 || number > 0xFFFF_FFFFL) {
            throw new MalformedEncodingException("there is no timeline " + number);
        }
        return new TimelineId((int) number);
    }

    private static Instant seconds(BinaryReader in) {
        var seconds = in.signed();
        if (seconds < Instant.MIN.getEpochSecond() || seconds > Instant.MAX.getEpochSecond()) {
            throw new MalformedEncodingException("there is no time " + seconds);
        }
        return Instant.ofEpochSecond(seconds);
    }

    private static WalLevel walLevel(long number) {
        return WalLevel.ofNumber(number)
                .orElseThrow(() -> new MalformedEncodingException("there is no wal_level " + number));
    }
}
