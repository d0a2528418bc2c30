package io.holdfast.postgres.protect;

import io.holdfast.postgres.backup.BackupDetails;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import java.time.Duration;
import java.time.Instant;

/**
 * What a schedule has to know of a backup.
 *
 * @param generation of the cluster: WAL of another one does not follow it
 * @param start position from which a restore replays WAL
 * @param bytes that a restore copies
 * @param readBytes that were read from the data directory for it
 */
public record TakenBackup(
        BackupId id,
        int generation,
        Instant begun,
        Instant completed,
        TimelineId timeline,
        Lsn start,
        long bytes,
        long readBytes,
        long damagedPages) {

    static TakenBackup of(Manifest manifest) {
        var details = BackupDetails.of(manifest);
        return new TakenBackup(
                manifest.id(),
                manifest.generation(),
                manifest.begun(),
                manifest.completed(),
                details.timeline(),
                details.start(),
                manifest.totals().bytes(),
                manifest.totals().readBytes(),
                details.damagedPageCount());
    }

    public Duration took() {
        return Duration.between(begun, completed);
    }
}
