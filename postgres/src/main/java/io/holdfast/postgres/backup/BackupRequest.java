package io.holdfast.postgres.backup;

import io.holdfast.postgres.archive.MemberName;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.replication.SlotName;
import io.holdfast.repository.pack.BackupId;
import java.time.Duration;

/**
 * What backup to take.
 *
 * @param kind an incremental one becomes full when there is nothing that it can build on
 * @param jobs copiers at once
 * @param maxRate bytes a second that are read from data files; 0 for no limit
 * @param fastCheckpoint begin with an immediate checkpoint
 * @param walTimeout how long to wait for the WAL to the stop position
 * @param captureSlot whose activity says that a capture stores the WAL
 */
public record BackupRequest(
        ConnectionSettings server,
        MemberName member,
        BackupId.Kind kind,
        int jobs,
        long maxRate,
        boolean fastCheckpoint,
        Duration walTimeout,
        SlotName captureSlot) {

    public static final Duration DEFAULT_WAL_TIMEOUT = Duration.ofMinutes(10);

    public static final SlotName DEFAULT_SLOT = new SlotName("holdfast");

    /** A quarter of the processors, at least one: a backup must not be what slows the database down. */
    public static int defaultJobs() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / 4);
    }

    public static BackupRequest of(ConnectionSettings server, MemberName member) {
        return new BackupRequest(
                server, member, BackupId.Kind.FULL, defaultJobs(), 0, true, DEFAULT_WAL_TIMEOUT, DEFAULT_SLOT);
    }

    public BackupRequest withKind(BackupId.Kind wanted) {
        return new BackupRequest(server, member, wanted, jobs, maxRate, fastCheckpoint, walTimeout, captureSlot);
    }

    public BackupRequest withJobs(int count) {
        return new BackupRequest(server, member, kind, count, maxRate, fastCheckpoint, walTimeout, captureSlot);
    }

    public BackupRequest withMaxRate(long bytesPerSecond) {
        return new BackupRequest(server, member, kind, jobs, bytesPerSecond, fastCheckpoint, walTimeout, captureSlot);
    }

    public BackupRequest withWalTimeout(Duration timeout) {
        return new BackupRequest(server, member, kind, jobs, maxRate, fastCheckpoint, timeout, captureSlot);
    }

    public BackupRequest withServer(ConnectionSettings other) {
        return new BackupRequest(other, member, kind, jobs, maxRate, fastCheckpoint, walTimeout, captureSlot);
    }

    public BackupRequest withMember(MemberName name) {
        return new BackupRequest(server, name, kind, jobs, maxRate, fastCheckpoint, walTimeout, captureSlot);
    }
}
