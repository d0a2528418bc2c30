package io.holdfast.postgres.wal;

/**
 * What differs between the WAL of the major versions that can be read. Records are little-endian, pages are 8 KiB.
 * Source: XLOG_PAGE_MAGIC and XLP_ALL_FLAGS in src/include/access/xlog_internal.h of each stable branch.
 */
public enum WalFormat {
    V14(14, 0xD10D, 12),
    V15(15, 0xD110, 12),
    V16(16, 0xD113, 12),
    V17(17, 0xD116, 12),
    V18(18, 0xD118, 16);

    /** RM_LOGICALMSG_ID, the highest built-in resource manager of all these versions: rmgrlist.h. */
    private static final int LAST_BUILT_IN_MANAGER = 21;

    /** RM_MIN_CUSTOM_ID: extensions may register their own from PostgreSQL 15 on. */
    private static final int FIRST_CUSTOM_MANAGER = 128;

    private final int major;
    private final int magic;
    private final int droppedStatisticsBytes;

    WalFormat(int major, int magic, int droppedStatisticsBytes) {
        this.major = major;
        this.magic = magic;
        this.droppedStatisticsBytes = droppedStatisticsBytes;
    }

    /** The format of a server's major version; throws when this version is not known. */
    public static WalFormat ofMajor(int major) {
        for (var format : values()) {
            if (format.major == major) {
                return format;
            }
        }
        throw new UnknownWalFormatException(major);
    }

    public int major() {
        return major;
    }

    int magic() {
        return magic;
    }

    /** The size of xl_xact_stats_item, which grew when statistics keys became 64 bits wide: xact.h. */
    int droppedStatisticsBytes() {
        return droppedStatisticsBytes;
    }

    /** Source: RmgrIdIsValid in src/include/access/rmgr.h. */
    boolean knowsManager(int id) {
        return id <= LAST_BUILT_IN_MANAGER || (this != V14 && id >= FIRST_CUSTOM_MANAGER);
    }
}
