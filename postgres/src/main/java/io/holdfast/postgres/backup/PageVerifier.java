package io.holdfast.postgres.backup;

import io.holdfast.postgres.wal.Lsn;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Looks at the pages of relations as they are copied. A page whose checksum does not hold is one of three: changed since
 * the backup began (the WAL mends it), caught in the middle of being written (a second reading differs), or damaged.
 */
final class PageVerifier {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private final int pageSize;
    private final Lsn backupStart;
    private final byte[] zeros;

    PageVerifier(int pageSize, Lsn backupStart) {
        this.pageSize = pageSize;
        this.backupStart = backupStart;
        this.zeros = new byte[pageSize];
    }

    int pageSize() {
        return pageSize;
    }

    /** What a page looks like at first sight. */
    enum Look {
        /** As the server wrote it. */
        SOUND,
        /** Its checksum does not hold, but it says that it was changed since the backup began. */
        CHANGED,
        DAMAGED
    }

    Look lookAt(byte[] bytes, int at, long block) {
        if (isNew(bytes, at)) {
            return isZero(bytes, at) ? Look.SOUND : Look.DAMAGED;
        }
        if ((short) PageChecksum.of(bytes, at, pageSize, block) == (short) SHORT.get(bytes, at + 8)) {
            return Look.SOUND;
        }
        return position(bytes, at).isBefore(backupStart) ? Look.DAMAGED : Look.CHANGED;
    }

    /** Up to where the WAL must be on disk before this page may be: pd_lsn. */
    static Lsn position(byte[] bytes, int at) {
        long high = (int) INT.get(bytes, at) & 0xFFFF_FFFFL;
        long low = (int) INT.get(bytes, at + 4) & 0xFFFF_FFFFL;
        return new Lsn((high << 32) | low);
    }

    /** Source: PageIsNew: pd_upper is zero. Such a page is not checksummed. */
    private static boolean isNew(byte[] bytes, int at) {
        return (short) SHORT.get(bytes, at + 14) == 0;
    }

    /** Source: PageIsVerified in src/backend/storage/page/bufpage.c: a new page is all zeros, or the server rejects it. */
    private boolean isZero(byte[] bytes, int at) {
        return Arrays.equals(bytes, at, at + pageSize, zeros, 0, pageSize);
    }
}
