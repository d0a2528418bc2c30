package io.holdfast.postgres.capture;

import io.holdfast.postgres.archive.MemberName;
import io.holdfast.postgres.archive.RecoverableTo;
import io.holdfast.postgres.wal.Lsn;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;

/**
 * What a capture publishes of itself, every second or so, in a local file that is replaced atomically.
 *
 * @param written this host's clock when it was published
 * @param pid of the process
 * @param session of its claim; 0 before it has one
 * @param recoverableTo as far as this session knows the repository
 * @param received end of what the spool has taken
 * @param serverFlushed what the server had flushed when it was asked last
 * @param lagBytes flushed by the server, not stored in the repository; absent while not known
 * @param slotRetainedBytes WAL that the server keeps for the slot; absent while not known
 * @param slotSafeBytes how much more it may write before the slot is lost; absent when unlimited or not known
 * @param secondsToFullDisk of the server, if the slot were left alone while WAL is written as fast as in the last minute;
 *     absent while not known, for example when the server is on another host
 * @param trouble of the upload, if it does not work; else the divergence that was found
 */
public record CaptureStatus(
        MemberName member,
        Instant written,
        long pid,
        int session,
        CaptureState state,
        Optional<RecoverableTo> recoverableTo,
        Optional<Lsn> received,
        Optional<Lsn> serverFlushed,
        OptionalLong lagBytes,
        OptionalLong slotRetainedBytes,
        OptionalLong slotSafeBytes,
        OptionalLong secondsToFullDisk,
        long spoolBytes,
        long spoolLimit,
        SortedSet<RiskReason> risks,
        Optional<WantedBackup> wantedBackup,
        Optional<String> trouble) {

    /** The newest status in a state folder; empty when no capture ever ran with it. */
    public static Optional<CaptureStatus> read(Path stateFolder) {
        return LocalState.readStatus(stateFolder);
    }
}
