package io.holdfast.postgres.retention;

import io.holdfast.postgres.archive.GapDocument;
import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.archive.WalRange;
import io.holdfast.postgres.backup.BackupDetails;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.WalSegmentSize;
import io.holdfast.repository.Repository;
import io.holdfast.repository.manifest.StoredManifest;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** WAL that has gone though nobody wanted that: a session stores its pieces in order, and says what it could not capture. */
public final class MissingWal {

    private final Repository repository;
    private final Generation generation;
    private final Instant windowBegin;
    private final List<Backup> backups;

    private MissingWal(Repository repository, Generation generation, Instant windowBegin) {
        this.repository = repository;
        this.generation = generation;
        this.windowBegin = windowBegin;
        this.backups = repository.manifests().stored().stream()
                .filter(found -> !found.isVoid() && found.manifest().generation() == generation.number())
                .map(Backup::of)
                .toList();
    }

    private record Backup(BackupDetails details, Instant stored) {

        static Backup of(StoredManifest found) {
            return new Backup(BackupDetails.of(found.manifest()), found.stored());
        }

        /** A keeper leaves WAL to the end of the segment in which a backup stops, and may take what follows. */
        boolean mayBeLast(Lsn end, WalSegmentSize size) {
            var last = size.start(new Lsn(details.stop().offset() - 1));
            return end.equals(details.stop()) || end.equals(last.plus(size.bytes()));
        }
    }

    /**
     * Holes in what one session has stored, behind the backup from which the beginning of the window is restored: those that no gap
     * explains, and no keeper. In a store that lists late, WAL may be there that seems to be missing.
     *
     * @param windowBegin from where on any moment is to be recovered to, by the store's clock
     */
    public static List<WalRange> of(Repository repository, Generation generation, Instant windowBegin) {
        var missing = new MissingWal(repository, generation, windowBegin);
        var archive = WalArchive.load(repository, generation);
        return archive.settled(() -> archive.timelines().stream()
                .flatMap(timeline -> archive.history(timeline).stream())
                .flatMap(history -> missing.on(history, archive))
                .toList());
    }

    private Stream<WalRange> on(TimelineHistory history, WalArchive archive) {
        var from = begin(history);
        return archive.holes(history.timeline()).stream()
                .filter(hole ->
                        from.filter(begin -> hole.range().end().isAfter(begin)).isPresent()
                                && backups.stream()
                                        .noneMatch(backup ->
                                                backup.mayBeLast(hole.range().start(), generation.walSegmentSize()))
                                && !isDeclared(hole))
                .map(WalArchive.Hole::range);
    }

    /** Where the WAL begins that a recovery to this branch may read; empty if no backup leads to it. */
    private Optional<Lsn> begin(TimelineHistory history) {
        var onTheWay = backups.stream()
                .filter(backup -> history.passes(
                        backup.details().timeline(), backup.details().stop()))
                .toList();
        return onTheWay.stream()
                .filter(backup -> backup.stored().isBefore(windowBegin))
                .map(backup -> backup.details().start())
                .max(Comparator.naturalOrder())
                .or(() -> onTheWay.stream()
                        .map(backup -> backup.details().start())
                        .min(Comparator.naturalOrder()));
    }

    private boolean isDeclared(WalArchive.Hole hole) {
        try (var gaps = repository.store().list(hole.session().child("gap"))) {
            return gaps.flatMap(object -> repository.objects().readAuthentic(object.key(), GapDocument.class).stream())
                    .anyMatch(gap -> gap.timeline().equals(hole.range().timeline())
                            && !gap.from().isAfter(hole.range().start())
                            && gap.to()
                                    .filter(to -> to.isBefore(hole.range().end()))
                                    .isEmpty());
        }
    }
}
