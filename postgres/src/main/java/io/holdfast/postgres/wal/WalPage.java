package io.holdfast.postgres.wal;

import org.jspecify.annotations.Nullable;

/**
 * The header of one WAL page, gathered from pieces of any size. Confined to one thread. Source:
 * src/include/access/xlog_internal.h, XLogPageHeaderData; the rules are those of XLogReaderValidatePageHeader in
 * src/backend/access/transam/xlogreader.c, with the timeline checked against the history.
 */
final class WalPage {

    static final int SIZE = 8192;

    private static final int SHORT_HEADER = 24;
    static final int LONG_HEADER = 40;

    /** xlp_sysid. */
    private static final int SYSTEM_IDENTIFIER = 24;

    private static final int FIRST_IS_CONTINUATION = 0x0001;
    private static final int HAS_LONG_HEADER = 0x0002;
    private static final int FIRST_IS_OVERWRITE = 0x0008;
    private static final int ALL_FLAGS = 0x000F;

    private final WalIdentity identity;
    private final byte[] header = new byte[LONG_HEADER];
    private int have;

    WalPage(WalIdentity identity) {
        this.identity = identity;
    }

    /**
     * The cluster that wrote a segment.
     *
     * @param first the first bytes of it, at least the header of its first page
     */
    static SystemIdentifier writer(byte[] first) {
        return new SystemIdentifier(LittleEndian.int64(first, SYSTEM_IDENTIFIER));
    }

    static int offset(long position) {
        return (int) (position & (SIZE - 1));
    }

    /** Whether a header has been begun and not been completed. */
    boolean gathering() {
        return have > 0;
    }

    /** Takes bytes of the header of the page at {@code page} and returns how many. */
    int gather(long page, byte[] from, int at, int available) {
        var taken = Math.min(headerSize(page) - have, available);
        System.arraycopy(from, at, header, have, taken);
        have += taken;
        return taken;
    }

    /** Whether the header of the page at {@code page} is complete; if so, the next call gathers another one. */
    boolean complete(long page) {
        if (have < headerSize(page)) {
            return false;
        }
        have = 0;
        return true;
    }

    @Nullable
    WalFault check(long page) {
        var magic = LittleEndian.unsignedShort(header, 0);
        if (magic != identity.format().magic()) {
            return onlyZeros(headerSize(page))
                    ? new WalFault.Zeros()
                    : new WalFault.BadMagic(identity.format().magic(), magic);
        }
        if ((flags() & ~ALL_FLAGS) != 0 || ((flags() & HAS_LONG_HEADER) != 0) != beginsSegment(page)) {
            return new WalFault.BadFlags(flags());
        }
        if (beginsSegment(page)) {
            var fault = checkSegment();
            if (fault != null) {
                return fault;
            }
        }
        var address = LittleEndian.int64(header, 8);
        if (address != page) {
            return new WalFault.BadPageAddress(new Lsn(address));
        }
        var timeline = LittleEndian.int32(header, 4);
        var expected = identity.history().timelineAt(new Lsn(page));
        return timeline == expected.number() ? null : new WalFault.WrongTimeline(expected, timeline);
    }

    private @Nullable WalFault checkSegment() {
        var system = new SystemIdentifier(LittleEndian.int64(header, 24));
        if (!system.equals(identity.system())) {
            return new WalFault.WrongSystem(identity.system(), system);
        }
        var segmentSize = LittleEndian.int32(header, 32);
        if (segmentSize != identity.segmentSize().bytes()) {
            return new WalFault.WrongSegmentSize(identity.segmentSize(), segmentSize);
        }
        var pageSize = LittleEndian.int32(header, 36);
        return pageSize == SIZE ? null : new WalFault.WrongPageSize(pageSize);
    }

    /** Whether the page begins with the rest of a record that began on an earlier one. */
    boolean continuesRecord() {
        return (flags() & FIRST_IS_CONTINUATION) != 0;
    }

    /** Whether the page begins with a record that takes the place of one whose rest was lost in a crash. */
    boolean overwritesRecord() {
        return (flags() & FIRST_IS_OVERWRITE) != 0;
    }

    /** Bytes that the continued record still has, on this page and the following. */
    long remaining() {
        return LittleEndian.int32(header, 16) & 0xFFFF_FFFFL;
    }

    private int flags() {
        return LittleEndian.unsignedShort(header, 2);
    }

    private int headerSize(long page) {
        return beginsSegment(page) ? LONG_HEADER : SHORT_HEADER;
    }

    private boolean beginsSegment(long page) {
        return (page & (identity.segmentSize().bytes() - 1)) == 0;
    }

    private boolean onlyZeros(int length) {
        for (var i = 0; i < length; i++) {
            if (header[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
