package io.holdfast.postgres.cluster;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalSegmentSize;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The contents of {@code global/pg_control}. Little-endian, PostgreSQL 14 to 18. Source: ControlFileData in
 * src/include/catalog/pg_control.h.
 */
public final class ControlFile {

    /** PG_CONTROL_FILE_SIZE: the file is this long, whatever the structure needs. */
    public static final int FILE_SIZE = 8192;

    /** PG_CONTROL_MAX_SAFE_SIZE: one disk sector, which the server writes at once; the rest of the file is zeros. */
    private static final int SAFE_SIZE = 512;

    private static final int CHECKPOINT_AT = 32;

    /** Where no checkpoint can be: a server that looks there refuses to start. */
    private static final long NO_CHECKPOINT = 0xDEAD;

    private final byte[] content;
    private final ByteBuffer fields;
    private final int crcAt;

    private ControlFile(byte[] content, int crcAt) {
        this.content = content;
        this.fields = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        this.crcAt = crcAt;
    }

    /** Empty if the checksum does not hold: the server was writing it, or it is damaged. */
    public static Optional<ControlFile> parse(byte[] bytes) {
        if (bytes.length < SAFE_SIZE) {
            return Optional.empty();
        }
        var content = Arrays.copyOf(Arrays.copyOf(bytes, SAFE_SIZE), FILE_SIZE);
        var crcAt =
                crcAt(ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getInt(8));
        return crcAt.map(at -> new ControlFile(content, at)).filter(ControlFile::isIntact);
    }

    private static Optional<Integer> crcAt(int version) {
        return switch (version) {
            case 1300, 1700 -> Optional.of(288);
            case 1800 -> Optional.of(292);
            default -> Optional.empty();
        };
    }

    private boolean isIntact() {
        return fields.getInt(crcAt) == crc();
    }

    private int crc() {
        var crc = new CRC32C();
        crc.update(content, 0, crcAt);
        return (int) crc.getValue();
    }

    public SystemIdentifier systemIdentifier() {
        return new SystemIdentifier(fields.getLong(0));
    }

    public int catalogVersion() {
        return fields.getInt(12);
    }

    /** Where the newest checkpoint record is. */
    public Lsn checkpoint() {
        return new Lsn(fields.getLong(CHECKPOINT_AT));
    }

    public Lsn redo() {
        return new Lsn(fields.getLong(40));
    }

    public TimelineId timeline() {
        return new TimelineId(fields.getInt(48));
    }

    /** Whether the server was shut down cleanly (DB_SHUTDOWNED or DB_SHUTDOWNED_IN_RECOVERY). */
    public boolean isShutDown() {
        int state = fields.getInt(16);
        return state == 1 || state == 2;
    }

    /** Whether the server takes writes, or crashed while it did (DB_IN_PRODUCTION). */
    public boolean isInProduction() {
        return fields.getInt(16) == 6;
    }

    public int maxConnections() {
        return fields.getInt(180);
    }

    public int maxWorkerProcesses() {
        return fields.getInt(184);
    }

    public int maxWalSenders() {
        return fields.getInt(188);
    }

    public int maxPreparedTransactions() {
        return fields.getInt(192);
    }

    public int maxLocksPerTransaction() {
        return fields.getInt(196);
    }

    /** Bytes. */
    public int blockSize() {
        return fields.getInt(216);
    }

    /** Blocks in a full segment file of a relation. */
    public int relationSegmentBlocks() {
        return fields.getInt(220);
    }

    public WalSegmentSize walSegmentSize() {
        return new WalSegmentSize(fields.getInt(228));
    }

    public boolean hasDataChecksums() {
        return fields.getInt(252) != 0;
    }

    /**
     * The same, but without a checkpoint to start from. A server that finds {@code backup_label} does not look at it; one from
     * which somebody took that file away refuses to start instead of starting wrong.
     */
    public ControlFile withoutCheckpoint() {
        var changed = new ControlFile(content.clone(), crcAt);
        changed.fields.putLong(CHECKPOINT_AT, NO_CHECKPOINT);
        changed.fields.putInt(crcAt, changed.crc());
        return changed;
    }

    /** The sector that the server writes at once; the rest of the file is zeros. */
    public byte[] sector() {
        return Arrays.copyOf(content, SAFE_SIZE);
    }

    /** As a file: 8192 bytes, zeros after the structure. */
    public byte[] bytes() {
        return content.clone();
    }
}
