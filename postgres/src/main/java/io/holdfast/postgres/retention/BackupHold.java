package io.holdfast.postgres.retention;

import io.holdfast.postgres.backup.BackupDetails;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.repository.Repository;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.removal.ReadGuard;
import io.holdfast.repository.retention.Hold;
import io.holdfast.repository.retention.Holds;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;

/**
 * Places holds on backups and on what they recover to.
 *
 * @param by who places them, for people
 * @param life for ever, if absent
 */
public record BackupHold(Repository repository, String reason, String by, Optional<Duration> life) {

    /**
     * On a backup, and on the WAL from its start to a position if there is one.
     *
     * @throws HoldRefusedException if there is no such backup, or it is about to be removed
     */
    public Hold of(BackupId backup, Optional<Lsn> to) {
        var manifest = repository.manifests().find(backup).orElseThrow(() -> HoldRefusedException.noBackup(backup));
        return place(manifest, to);
    }

    /**
     * On the newest backup of the newest generation from which a range can be recovered, and its WAL up to the end of that.
     *
     * @throws HoldRefusedException if there is none, or it is about to be removed
     */
    public Hold ofRange(Lsn from, Lsn to) {
        var manifests = repository.manifests().readAll();
        int generation = manifests.stream().mapToInt(Manifest::generation).max().orElse(0);
        var manifest = manifests.stream()
                .filter(found -> found.generation() == generation
                        && !BackupDetails.of(found).stop().isAfter(from))
                .max(Comparator.comparing(
                        (Manifest found) -> BackupDetails.of(found).stop()))
                .orElseThrow(() -> HoldRefusedException.noBackupBefore(from));
        return place(manifest, Optional.of(to));
    }

    private Hold place(Manifest manifest, Optional<Lsn> to) {
        var wal = to.map(end ->
                new HeldWal(manifest.generation(), BackupDetails.of(manifest).start(), Optional.of(end)));
        var subject = new Holds.Subject(Optional.of(manifest.id()), wal.map(HeldWal::document));
        var holds = new Holds(repository);
        var hold = holds.place(subject, reason, by, life);
        if (!ReadGuard.stays(repository, manifest.id())) {
            throw HoldRefusedException.condemned(manifest.id(), hold.number());
        }
        return hold;
    }
}
