package io.holdfast.postgres.restore;

import io.holdfast.postgres.wal.Lsn;
import java.time.Instant;

/** Up to where a cluster is to be recovered. */
public sealed interface RecoveryTarget {

    /**
     * The last moment before anything later happened.
     *
     * @param inclusive whether what was committed exactly then counts
     */
    record Time(Instant time, boolean inclusive) implements RecoveryTarget {}

    /**
     * A position in the WAL.
     *
     * @param inclusive whether the record at that position counts
     */
    record Position(Lsn position, boolean inclusive) implements RecoveryTarget {}

    /**
     * The end of one transaction.
     *
     * @param xid as {@code pg_current_xact_id()} gives it, or its lower 32 bits, which is what the WAL has
     * @param inclusive whether the transaction itself counts
     */
    record Transaction(long xid, boolean inclusive) implements RecoveryTarget {

        /** What stands in the WAL. */
        public int inWal() {
            return (int) xid;
        }
    }

    /** What {@code pg_create_restore_point} named. */
    record RestorePoint(String name) implements RecoveryTarget {}

    /** Everything that the repository holds. */
    record Latest() implements RecoveryTarget {}

    /** The earliest moment at which the backup is consistent. */
    record Immediate() implements RecoveryTarget {}

    static RecoveryTarget latest() {
        return new Latest();
    }

    static RecoveryTarget to(Instant time) {
        return new Time(time, true);
    }

    static RecoveryTarget to(Lsn position) {
        return new Position(position, true);
    }

    /** As a person would say it, after the word "target". */
    default String describe() {
        return switch (this) {
            case Time t -> t.time() + (t.inclusive() ? "" : " (exclusive)");
            case Position p -> p.position() + (p.inclusive() ? "" : " (exclusive)");
            case Transaction x ->
                "transaction " + Long.toUnsignedString(x.xid()) + (x.inclusive() ? "" : " (exclusive)");
            case RestorePoint r -> "restore point '%s'".formatted(r.name());
            case Latest _ -> "the latest position";
            case Immediate _ -> "the end of the backup";
        };
    }
}
