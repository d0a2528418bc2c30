package io.holdfast.postgres.backup;

import io.holdfast.postgres.wal.Lsn;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Looks at the pages of relations as they are copied. A page that fails is one of three: new or changed since the backup
 * began (the WAL mends it), caught in the middle of being written (a second reading differs), or damaged.
 */
final class PageVerifier {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private final int pageSize;
    private final Lsn backupStart;

    PageVerifier(int pageSize, Lsn backupStart) {
        this.pageSize = pageSize;
        this.backupStart = backupStart;
    }

    int pageSize() {
        return pageSize;
    }

    /** Whether the page is as the server wrote it, or will be replaced from WAL whatever it holds. */
    boolean isSound(byte[] bytes, int at, long block) {
        return isNew(bytes, at)
                || (short) PageChecksum.of(bytes, at, pageSize, block) == (short) SHORT.get(bytes, at + 8)
                || changedSinceStart(bytes, at);
    }

    /** Source: PageIsNew: pd_upper is zero. Such a page is not checksummed. */
    private static boolean isNew(byte[] bytes, int at) {
        return (short) SHORT.get(bytes, at + 14) == 0;
    }

    private boolean changedSinceStart(byte[] bytes, int at) {
        long high = (int) INT.get(bytes, at) & 0xFFFF_FFFFL;
        long low = (int) INT.get(bytes, at + 4) & 0xFFFF_FFFFL;
        return !new Lsn((high << 32) | low).isBefore(backupStart);
    }
}
