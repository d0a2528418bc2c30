package io.holdfast.postgres.wal;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Reads what matters out of a record and hands it to the sink once the record is verified. Keeps the first bytes of a
 * record only, however long it is. Confined to one thread. Sources: src/include/access/xlogrecord.h, xact.h,
 * xlog_internal.h, src/include/catalog/pg_control.h and src/include/commands/tablespace.h; the structures are the same in all supported versions.
 */
final class RecordFacts {

    static final int HEADER = 24;

    private static final int XLOG = 0;
    private static final int TRANSACTION = 1;
    private static final int TABLESPACE = 5;

    private static final int SWITCH = 0x40;

    private static final int TABLESPACE_CREATE = 0x00;

    private static final int TRANSACTION_OPERATION = 0x70;
    private static final int COMMIT = 0x00;
    private static final int ABORT = 0x20;
    private static final int COMMIT_PREPARED = 0x30;
    private static final int ABORT_PREPARED = 0x40;
    private static final int HAS_FLAGS = 0x80;

    private static final int DATA_SHORT = 255;
    private static final int DATA_LONG = 254;
    private static final int ORIGIN = 253;
    private static final int TOP_LEVEL_XID = 252;

    private static final int NAME_BYTES = 64;

    /** Longer than the longest structure that is read (a restore point, 72 bytes) and all that may precede it. */
    private static final int KEPT = 128;

    /** The longest path, MAXPGPATH, and all that may precede it. */
    private static final int KEPT_OF_TABLESPACE = 1024 + KEPT;

    private final WalSink sink;
    private final PreparedXid preparedXid;
    private final byte[] kept = new byte[KEPT_OF_TABLESPACE];
    private int keptBytes;
    private int mostKept = KEPT;
    private int manager;
    private int info;
    private int xid;
    private boolean wanted;
    private boolean prepared;
    private boolean locatingPreparedXid;

    RecordFacts(WalFormat format, WalSink sink) {
        this.sink = sink;
        this.preparedXid = new PreparedXid(format.droppedStatisticsBytes());
    }

    static int manager(byte[] header, int at) {
        return header[at + 17] & 0xFF;
    }

    static boolean isSwitch(byte[] header, int at) {
        return manager(header, at) == XLOG && (header[at + 16] & 0xF0) == SWITCH;
    }

    /** Begins with a record's header; returns whether its body is wanted. */
    boolean begin(byte[] header, int at) {
        manager = manager(header, at);
        if (manager > TRANSACTION && manager != TABLESPACE) {
            wanted = false;
            return false;
        }
        info = header[at + 16] & 0xF0;
        xid = LittleEndian.int32(header, at + 4);
        keptBytes = 0;
        prepared = false;
        mostKept = manager == TABLESPACE ? KEPT_OF_TABLESPACE : KEPT;
        wanted = switch (manager) {
            case XLOG -> wantsXlog();
            case TRANSACTION -> wantsTransaction();
            default -> info == TABLESPACE_CREATE;
        };
        locatingPreparedXid = prepared;
        preparedXid.forget();
        return wanted;
    }

    boolean wanted() {
        return wanted;
    }

    /** Takes consecutive bytes of the record that follow its header. */
    void body(byte[] bytes, int from, int length) {
        var at = from;
        var left = length;
        while (left > 0 && keptBytes < mostKept) {
            var taken = Math.min(mostKept - keptBytes, left);
            // one byte at a time until the flags have been found, so that none of those that follow are missed
            if (locatingPreparedXid) {
                taken = 1;
            }
            System.arraycopy(bytes, at, kept, keptBytes, taken);
            keptBytes += taken;
            if (locatingPreparedXid) {
                locatePreparedXid();
            } else if (prepared) {
                preparedXid.feed(bytes, at, taken);
            }
            at += taken;
            left -= taken;
        }
        if (prepared && left > 0) {
            preparedXid.feed(bytes, at, left);
        }
    }

    private void locatePreparedXid() {
        var data = mainData();
        if (data == keptBytes) {
            locatingPreparedXid = false;
            preparedXid.begin(Long.BYTES);
        }
    }

    /** The record is verified. Returns whether it could be read. */
    boolean end(long start, long end) {
        if (!wanted) {
            return true;
        }
        var data = mainData();
        return data >= 0
                && switch (manager) {
                    case XLOG -> readXlog(new Lsn(start), new Lsn(end), data);
                    case TRANSACTION -> readTransaction(end, data);
                    default -> readTablespace(new Lsn(start), new Lsn(end), data);
                };
    }

    /** Whether this is the record that gives up the torn one at {@code torn}. */
    boolean overwrites(long torn) {
        var data = mainData();
        return wanted
                && manager == XLOG
                && info == XlogKind.OVERWRITE
                && has(data, 16)
                && LittleEndian.int64(kept, data) == torn;
    }

    private boolean wantsTransaction() {
        var operation = info & TRANSACTION_OPERATION;
        prepared = (operation == COMMIT_PREPARED || operation == ABORT_PREPARED) && (info & HAS_FLAGS) != 0;
        return operation == COMMIT || operation == ABORT || operation == COMMIT_PREPARED || operation == ABORT_PREPARED;
    }

    private boolean wantsXlog() {
        return switch (info) {
            case XlogKind.CHECKPOINT_SHUTDOWN,
                    XlogKind.CHECKPOINT_ONLINE,
                    XlogKind.BACKUP_END,
                    XlogKind.PARAMETER_CHANGE,
                    XlogKind.RESTORE_POINT,
                    XlogKind.FULL_PAGE_WRITES,
                    XlogKind.END_OF_RECOVERY,
                    XlogKind.OVERWRITE -> true;
            default -> false;
        };
    }

    /** Where the main data begin in the kept bytes, or -1 when these do not say so. */
    private int mainData() {
        var at = 0;
        while (at < keptBytes) {
            switch (kept[at] & 0xFF) {
                case DATA_SHORT -> {
                    return at + 2 <= keptBytes ? at + 2 : -1;
                }
                case DATA_LONG -> {
                    return at + 5 <= keptBytes ? at + 5 : -1;
                }
                case ORIGIN -> at += 3;
                case TOP_LEVEL_XID -> at += 5;
                default -> {
                    return -1;
                }
            }
        }
        return -1;
    }

    private boolean has(int data, int bytes) {
        return data >= 0 && keptBytes - data >= bytes;
    }

    private boolean readTransaction(long end, int data) {
        if (!has(data, Long.BYTES) || (prepared && preparedXid.xid() == 0)) {
            return false;
        }
        var operation = info & TRANSACTION_OPERATION;
        var committed = operation == COMMIT || operation == COMMIT_PREPARED;
        sink.transaction(end, prepared ? preparedXid.xid() : xid, LittleEndian.int64(kept, data), committed);
        return true;
    }

    private boolean readXlog(Lsn start, Lsn end, int data) {
        return switch (info) {
            case XlogKind.CHECKPOINT_SHUTDOWN, XlogKind.CHECKPOINT_ONLINE -> readCheckpoint(start, end, data);
            case XlogKind.PARAMETER_CHANGE -> readParameters(start, end, data);
            case XlogKind.RESTORE_POINT -> {
                if (!has(data, 8 + NAME_BYTES)) {
                    yield false;
                }
                sink.event(new WalEvent.RestorePoint(start, end, name(data + 8), time(data)));
                yield true;
            }
            case XlogKind.BACKUP_END -> {
                if (!has(data, 8)) {
                    yield false;
                }
                sink.event(new WalEvent.BackupEnd(start, end, lsn(data)));
                yield true;
            }
            case XlogKind.FULL_PAGE_WRITES -> {
                if (!has(data, 1)) {
                    yield false;
                }
                sink.event(new WalEvent.FullPageWritesChange(start, end, kept[data] != 0));
                yield true;
            }
            case XlogKind.END_OF_RECOVERY -> {
                if (!has(data, 16) || !hasTimelines(data + 8)) {
                    yield false;
                }
                sink.event(new WalEvent.EndOfRecovery(start, end, timeline(data + 8), timeline(data + 12), time(data)));
                yield true;
            }
            case XlogKind.OVERWRITE -> {
                if (!has(data, 16)) {
                    yield false;
                }
                sink.event(new WalEvent.Overwrite(start, end, lsn(data), time(data + 8)));
                yield true;
            }
            default -> true;
        };
    }

    private boolean readCheckpoint(Lsn start, Lsn end, int data) {
        if (!has(data, 72) || !hasTimelines(data + 8)) {
            return false;
        }
        sink.event(new WalEvent.Checkpoint(
                start,
                end,
                lsn(data),
                info == XlogKind.CHECKPOINT_SHUTDOWN,
                timeline(data + 8),
                timeline(data + 12),
                kept[data + 16] != 0,
                Instant.ofEpochSecond(LittleEndian.int64(kept, data + 64))));
        return true;
    }

    private boolean readParameters(Lsn start, Lsn end, int data) {
        if (!has(data, 24)) {
            return false;
        }
        var level = WalLevel.ofNumber(LittleEndian.int32(kept, data + 20));
        if (level.isEmpty()) {
            return false;
        }
        sink.event(new WalEvent.ParameterChange(
                start,
                end,
                LittleEndian.int32(kept, data),
                LittleEndian.int32(kept, data + 4),
                LittleEndian.int32(kept, data + 8),
                LittleEndian.int32(kept, data + 12),
                LittleEndian.int32(kept, data + 16),
                level.get()));
        return true;
    }

    private Lsn lsn(int at) {
        return new Lsn(LittleEndian.int64(kept, at));
    }

    private Instant time(int at) {
        return PostgresTime.instant(LittleEndian.int64(kept, at));
    }

    private boolean hasTimelines(int at) {
        return LittleEndian.int32(kept, at) != 0 && LittleEndian.int32(kept, at + 4) != 0;
    }

    private TimelineId timeline(int at) {
        return new TimelineId(LittleEndian.int32(kept, at));
    }

    /** One that lies in place has no path. */
    private boolean readTablespace(Lsn start, Lsn end, int data) {
        int path = data + Integer.BYTES;
        if (!has(data, Integer.BYTES + 1)) {
            return false;
        }
        var location = text(path, keptBytes - path);
        if (!location.isEmpty()) {
            sink.event(new WalEvent.TablespaceCreation(
                    start, end, Integer.toUnsignedLong(LittleEndian.int32(kept, data)), location));
        }
        return true;
    }

    private String name(int at) {
        return text(at, NAME_BYTES);
    }

    private String text(int at, int most) {
        var length = 0;
        while (length < most && kept[at + length] != 0) {
            length++;
        }
        return new String(kept, at, length, StandardCharsets.UTF_8);
    }

    /** Record kinds of the resource manager XLOG. Source: src/include/catalog/pg_control.h. */
    private static final class XlogKind {

        static final int CHECKPOINT_SHUTDOWN = 0x00;
        static final int CHECKPOINT_ONLINE = 0x10;
        static final int BACKUP_END = 0x50;
        static final int PARAMETER_CHANGE = 0x60;
        static final int RESTORE_POINT = 0x70;
        static final int FULL_PAGE_WRITES = 0x80;
        static final int END_OF_RECOVERY = 0x90;
        static final int OVERWRITE = 0xD0;

        private XlogKind() {}
    }
}
