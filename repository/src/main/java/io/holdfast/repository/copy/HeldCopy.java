package io.holdfast.repository.copy;

import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.Repository;
import io.holdfast.repository.key.KeyException;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.removal.ReadGuard;
import io.holdfast.repository.retention.Holds;
import io.holdfast.repository.store.Capability;
import io.holdfast.repository.store.StoreException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Holds what a copy reads, and WAL that it writes, until it is done. On a store from which nothing is ever removed there is nothing to hold.
 * A copy that dies leaves a hold that ends by itself. Confined to one thread.
 */
final class HeldCopy implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HeldCopy.class);

    /** To look at a store's clock may be a request. */
    private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(10);

    private final Optional<ReadGuard> guard;
    private long looked = System.nanoTime();

    private HeldCopy(Optional<ReadGuard> guard) {
        this.guard = guard;
    }

    /** On the source, as far as that may be written to: who copies away from a store that is read-only goes on. */
    static HeldCopy reading(Repository source, BackupId backup, JsonNode wal, String by, CopyProgress progress) {
        if (!isEverRemovedFrom(source)) {
            return new HeldCopy(Optional.empty());
        }
        var subject = new Holds.Subject(Optional.of(backup), Optional.of(wal));
        try {
            return new HeldCopy(Optional.of(ReadGuard.placeHere(source, subject, "a copy reads it", by)));
        } catch (StoreException | KeyException e) {
            progress.remark(
                    "nothing is held while it is copied, and may be removed meanwhile: " + e.getMessage(), e.hint());
            return new HeldCopy(Optional.empty());
        }
    }

    /** On the target: nothing there says yet that the WAL is needed. */
    static HeldCopy writing(Repository target, JsonNode wal, String by) {
        return isEverRemovedFrom(target)
                ? new HeldCopy(Optional.of(ReadGuard.placeHere(
                        target, new Holds.Subject(Optional.empty(), Optional.of(wal)), "a copy is being made", by)))
                : new HeldCopy(Optional.empty());
    }

    private static boolean isEverRemovedFrom(Repository repository) {
        return repository.store().capabilities().contains(Capability.CONDITIONAL_CREATE);
    }

    void renew() {
        if (System.nanoTime() - looked > BETWEEN_LOOKS.toNanos()) {
            looked = System.nanoTime();
            guard.ifPresent(ReadGuard::renew);
        }
    }

    @Override
    public void close() {
        guard.ifPresent(held -> {
            try {
                held.release();
            } catch (HoldfastException e) {
                LOG.warn(
                        "the hold could not be released, it ends at {}",
                        held.hold().ends(),
                        e);
            }
        });
    }
}
