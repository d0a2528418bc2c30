package io.holdfast.postgres.restore;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.pack.BackupId;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An interval without a hole, any point of which can be restored from one backup.
 *
 * @param from where the backup stops
 * @param fromTime the server's clock then
 * @param to the last whole record
 * @param lastCommit its time, if any commit follows the start of the backup
 * @param coveredUntil the server's clock when nothing beyond {@code to} had been flushed, as far as it is known
 * @param resumesAt where WAL of this branch goes on after a hole
 */
public record RecoverableWindow(
        BackupId backup,
        TimelineId timeline,
        Lsn from,
        Instant fromTime,
        Lsn to,
        Optional<Instant> lastCommit,
        Optional<Instant> coveredUntil,
        Optional<Lsn> resumesAt) {

    static RecoverableWindow of(RecoveryPath path) {
        var details = path.backup().details();
        return new RecoverableWindow(
                path.backup().id(),
                path.timeline(),
                details.stop(),
                details.stopTime(),
                path.end(),
                path.newestCommit(),
                path.coveredUntil(),
                path.resumesAt());
    }

    /** Up to which time it reaches, by the best that is known. */
    public Instant until() {
        return Stream.of(coveredUntil, lastCommit)
                .flatMap(Optional::stream)
                .reduce(fromTime, (a, b) -> b.isAfter(a) ? b : a);
    }

    @Override
    public String toString() {
        return "%s (%s) to %s (%s) on timeline %s from backup %s"
                .formatted(from, fromTime, to, until(), timeline, backup);
    }
}
