package io.holdfast.cli.inventory;

import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.backup.BackupDetails;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.TimelineId;
import java.util.Optional;

/** How far the stored WAL takes a backup, on its own timeline and on those that branched off later. */
final class Reach {

    private final WalArchive archive;

    Reach(WalArchive archive) {
        this.archive = archive;
    }

    /**
     * An end.
     *
     * @param from position on that timeline from which WAL is covered up to {@code position}
     */
    record End(TimelineId timeline, Lsn from, Lsn position) {}

    /** The end on {@code timeline}, if the backup is consistent before it and no WAL on the way is missing. */
    Optional<End> on(TimelineId timeline, BackupDetails backup) {
        return archive.history(timeline)
                .filter(history -> history.passes(backup.timeline(), backup.stop()))
                .flatMap(history -> follow(history, backup));
    }

    private Optional<End> follow(TimelineHistory history, BackupDetails backup) {
        var position = backup.start();
        for (var fork : history.forks()) {
            if (fork.parent().compareTo(backup.timeline()) < 0) {
                continue; // left before the backup began
            }
            if (!isCovered(fork.parent(), position, fork.at())) {
                return Optional.empty();
            }
            position = fork.at();
        }
        var from = position;
        return archive.coveredFrom(history.timeline(), from)
                .filter(end -> !end.isBefore(backup.stop()))
                .map(end -> new End(history.timeline(), from, end));
    }

    private boolean isCovered(TimelineId timeline, Lsn from, Lsn to) {
        return archive.coveredFrom(timeline, from)
                .filter(end -> !end.isBefore(to))
                .isPresent();
    }
}
