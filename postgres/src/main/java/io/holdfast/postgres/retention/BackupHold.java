package io.holdfast.postgres.retention;

import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.backup.BackupDetails;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.repository.Repository;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.removal.ReadGuard;
import io.holdfast.repository.retention.Hold;
import io.holdfast.repository.retention.Holds;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
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
     * On the newest backup of the newest generation from which a range can be recovered, and its WAL up to the end of that: on the newest
     * branch of the history on which it can.
     *
     * @throws HoldRefusedException if there is none, or it is about to be removed
     */
    public Hold ofRange(Lsn from, Lsn to) {
        if (to.isBefore(from)) {
            throw HoldRefusedException.endBeforeBegin(from, to);
        }
        var generation = Generation.newest(repository).orElseThrow(() -> HoldRefusedException.noBackupBefore(from));
        var before = repository.manifests().readAll().stream()
                .filter(found -> found.generation() == generation.number()
                        && !BackupDetails.of(found).stop().isAfter(from))
                .sorted(Comparator.comparing(found -> BackupDetails.of(found).stop(), Comparator.reverseOrder()))
                .toList();
        if (before.isEmpty()) {
            throw HoldRefusedException.noBackupBefore(from);
        }
        return place(
                leadingTo(WalArchive.load(repository, generation), before, to)
                        .orElseThrow(() -> HoldRefusedException.notRecoverable(from, to)),
                Optional.of(to));
    }

    private static Optional<Manifest> leadingTo(WalArchive archive, List<Manifest> newestFirst, Lsn to) {
        return archive.settled(() -> archive.timelines().reversed().stream()
                .flatMap(timeline -> archive.history(timeline).stream())
                .flatMap(history -> newestFirst.stream().filter(found -> leads(archive, found, history, to)))
                .findFirst());
    }

    private static boolean leads(WalArchive archive, Manifest manifest, TimelineHistory history, Lsn to) {
        var details = BackupDetails.of(manifest);
        return history.passes(details.timeline(), details.stop()) && archive.leads(history, details.start(), to);
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
