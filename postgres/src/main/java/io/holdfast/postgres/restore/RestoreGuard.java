package io.holdfast.postgres.restore;

import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.retention.HeldWal;
import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.Repository;
import io.holdfast.repository.removal.ReadGuard;
import io.holdfast.repository.retention.Holds;
import io.holdfast.repository.store.Capability;
import io.holdfast.repository.store.StoreException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds what a restore reads, while it reads it; where that is not allowed, the restore goes on without. On a store from
 * which nothing is ever removed there is nothing to hold. A restore that dies leaves a hold that ends by itself.
 */
final class RestoreGuard implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RestoreGuard.class);

    private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(10);

    /** In which a server that was restored without being started has recovered. */
    private static final Duration HANDED_OVER = Duration.ofDays(7);

    private final RestoreProgress progress;
    private final Optional<ReadGuard> guard;
    private final ScheduledExecutorService renewal = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("restore-hold").daemon().factory());
    private boolean handedOver;

    private RestoreGuard(RestoreProgress progress, Optional<ReadGuard> guard) {
        this.progress = progress;
        this.guard = guard;
        guard.ifPresent(held -> {
            var _ = renewal.scheduleAtFixedRate(
                    () -> renew(held), BETWEEN_LOOKS.toSeconds(), BETWEEN_LOOKS.toSeconds(), TimeUnit.SECONDS);
        });
    }

    /**
     * Holds what a plan names.
     *
     * @param archive by which it was planned, looked at again
     * @throws RestoreException if some of it went before it was held
     */
    static RestoreGuard over(Repository repository, WalArchive archive, RestorePlan plan, RestoreProgress progress) {
        if (!repository.store().capabilities().contains(Capability.CONDITIONAL_CREATE)) {
            return new RestoreGuard(progress, Optional.empty());
        }
        var wal = new HeldWal(
                archive.generation().number(), plan.backup().details().start(), Optional.of(plan.end()));
        var subject = new Holds.Subject(Optional.of(plan.backup().id()), Optional.of(wal.document()));
        ReadGuard guard;
        try {
            guard = ReadGuard.place(repository, subject, "a restore reads it", "restore");
        } catch (StoreException e) {
            // A restore is for the day on which everything fails: it goes on.
            repository
                    .store()
                    .find(plan.backup().id().manifestKey())
                    .ifPresent(manifest -> progress.notHeld(String.valueOf(e.getMessage()), manifest.stored()));
            return new RestoreGuard(progress, Optional.empty());
        }
        try {
            requireThere(guard, repository, archive, plan, progress);
        } catch (RuntimeException e) {
            release(guard);
            throw e;
        }
        return new RestoreGuard(progress, Optional.of(guard));
    }

    /** A keeper that has not seen the hold may have removed what was planned with, and may still do so. */
    private static void requireThere(
            ReadGuard guard, Repository repository, WalArchive archive, RestorePlan plan, RestoreProgress progress) {
        archive.reload();
        var backup = plan.backup().id();
        var wal = plan.wholeRecords();
        wal.stream()
                .filter(range -> !archive.isCoveredWithout(Set.of(), range))
                .findFirst()
                .ifPresent(gone -> {
                    throw RestoreException.removedMeanwhile("WAL from " + gone);
                });
        if (repository.manifests().find(backup).isEmpty()) {
            throw RestoreException.removedMeanwhile("backup " + backup);
        }
        var condemned = guard.condemned();
        if (condemned.contains(backup.manifestKey())
                || !wal.stream().allMatch(range -> archive.isCoveredWithout(condemned, range))) {
            progress.remark(
                    "backup %s, or WAL behind it, was about to be removed: it is held now, but an 'expire' that runs at this moment may still remove it"
                            .formatted(backup));
        }
    }

    private static void renew(ReadGuard held) {
        try {
            held.renew();
        } catch (HoldfastException e) {
            LOG.warn("the hold could not be renewed, it ends at {}", held.hold().ends(), e);
        }
    }

    /** Leaves the hold for a server that recovers when this process has ended. */
    void handOver() {
        guard.ifPresent(held -> {
            stopRenewal();
            handedOver = true;
            try {
                held.holdFor(HANDED_OVER);
            } catch (HoldfastException e) {
                LOG.warn(
                        "the hold could not be prolonged, it ends at {}",
                        held.hold().ends(),
                        e);
            }
            progress.remark(
                    "what the server will read is held until %s: 'holdfast hold release %d' when it has recovered"
                            .formatted(
                                    held.hold().ends().orElseThrow(),
                                    held.hold().number()));
        });
    }

    private void stopRenewal() {
        renewal.close();
    }

    @Override
    public void close() {
        stopRenewal();
        if (!handedOver) {
            guard.ifPresent(RestoreGuard::release);
        }
    }

    /** Also in a thread that was interrupted: a hold that stays keeps a backup from being removed for a day. */
    private static void release(ReadGuard held) {
        boolean interrupted = Thread.interrupted();
        try {
            held.release();
        } catch (HoldfastException e) {
            LOG.warn(
                    "the hold could not be released, it ends at {}", held.hold().ends(), e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
