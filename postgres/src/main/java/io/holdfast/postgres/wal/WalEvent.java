package io.holdfast.postgres.wal;

import java.time.Instant;

/** Something rare that the WAL says of the cluster. {@code start} and {@code end} are those of the record. */
public sealed interface WalEvent {

    Lsn start();

    Lsn end();

    /**
     * Someone called pg_create_restore_point.
     *
     * @param name up to 63 bytes, not necessarily unique
     */
    record RestorePoint(Lsn start, Lsn end, String name, Instant time) implements WalEvent {}

    /**
     * Everything before {@code redo} has reached the data files.
     *
     * @param redo where recovery from this checkpoint begins
     * @param timeline the timeline from here on; differs from {@code previous} in a checkpoint that ends recovery
     * @param time whole seconds
     */
    record Checkpoint(
            Lsn start,
            Lsn end,
            Lsn redo,
            boolean shutdown,
            TimelineId timeline,
            TimelineId previous,
            boolean fullPageWrites,
            Instant time)
            implements WalEvent {}

    /** A promotion that wrote no checkpoint first. */
    record EndOfRecovery(Lsn start, Lsn end, TimelineId timeline, TimelineId previous, Instant time)
            implements WalEvent {}

    /** Settings on which a standby depends were different when the server started. */
    record ParameterChange(
            Lsn start,
            Lsn end,
            int maxConnections,
            int maxWorkerProcesses,
            int maxWalSenders,
            int maxPreparedTransactions,
            int maxLocksPerTransaction,
            WalLevel walLevel)
            implements WalEvent {}

    /**
     * A base backup is consistent from here on.
     *
     * @param backupStart the start position that pg_backup_start returned
     */
    record BackupEnd(Lsn start, Lsn end, Lsn backupStart) implements WalEvent {}

    record FullPageWritesChange(Lsn start, Lsn end, boolean on) implements WalEvent {}

    /**
     * A tablespace was made outside the data directory: whoever replays this uses the same folder.
     *
     * @param location absolute
     */
    record TablespaceCreation(Lsn start, Lsn end, long oid, String location) implements WalEvent {}

    /** A crash had left half a record at {@code torn}; the server gave it up. */
    record Overwrite(Lsn start, Lsn end, Lsn torn, Instant time) implements WalEvent {}
}
