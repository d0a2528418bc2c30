package io.holdfast.postgres.backup;

import io.holdfast.postgres.Pause;
import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.archive.WalFooter;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.Repository;
import java.time.Duration;
import java.util.Optional;

/**
 * The WAL of a backup that a running capture stores. The capture has read every record before it stored it; here it is
 * made sure that what it stored reaches from the start to the stop of the backup without a hole.
 */
final class CapturedWal {

    private static final Duration FIRST_WAIT = Duration.ofMillis(250);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

    private final Repository repository;
    private final Generation generation;
    private final Pause pause;

    CapturedWal(Repository repository, Generation generation, Pause pause) {
        this.repository = repository;
        this.generation = generation;
        this.pause = pause;
    }

    void awaitStored(TimelineId timeline, Lsn start, Lsn stop, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        var archive = WalArchive.loadRecent(repository, generation, timeline, start);
        var wait = FIRST_WAIT;
        while (!isVerifiedTo(archive, timeline, start, stop)) {
            requireAgreement(archive, timeline, stop);
            if (System.nanoTime() - deadline > 0) {
                throw BackupException.walNotStored(stop, timeout, reached(archive, timeline, start));
            }
            pause.pause(wait);
            wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : LONGEST_WAIT;
            archive.reload();
        }
    }

    /** Beyond a divergence nothing counts, however long one waits. */
    private static void requireAgreement(WalArchive archive, TimelineId timeline, Lsn stop) {
        archive.divergence(timeline)
                .filter(divergence -> divergence.at().isBefore(stop))
                .ifPresent(divergence -> {
                    throw BackupException.diverged(divergence);
                });
    }

    private static boolean isVerifiedTo(WalArchive archive, TimelineId timeline, Lsn start, Lsn stop) {
        Optional<Lsn> covered = archive.coveredFrom(timeline, start);
        return covered.filter(end -> !end.isBefore(stop)).isPresent()
                && archive.newest(timeline, start)
                        .map(WalFooter::validEnd)
                        .filter(end -> !end.isBefore(stop))
                        .isPresent();
    }

    private static String reached(WalArchive archive, TimelineId timeline, Lsn start) {
        return archive.coveredFrom(timeline, start)
                .map("it is there up to %s"::formatted)
                .orElse("nothing is there from %s on".formatted(start));
    }
}
