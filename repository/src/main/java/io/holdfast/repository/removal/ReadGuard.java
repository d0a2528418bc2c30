package io.holdfast.repository.removal;

import io.holdfast.repository.Repository;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.retention.Hold;
import io.holdfast.repository.retention.Holds;
import io.holdfast.repository.store.ObjectKey;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Keeps what somebody reads for long from being removed meanwhile: a hold that is renewed. It counts for what is there and not {@link #condemned},
 * which is asked after the hold was placed: a keeper that has not seen the hold has written its list before. Confined to one thread.
 */
public final class ReadGuard {

    /** How long a reader may be silent. */
    public static final Duration LIFE = Duration.ofHours(24);

    private final Repository repository;
    private final Holds holds;
    private Hold hold;

    private ReadGuard(Repository repository, Holds holds, Hold hold) {
        this.repository = repository;
        this.holds = holds;
        this.hold = hold;
    }

    public static ReadGuard place(Repository repository, Holds.Subject subject, String reason, String by) {
        var holds = new Holds(repository);
        return new ReadGuard(repository, holds, holds.place(subject, reason, by, Optional.of(LIFE)));
    }

    /** The same for who reads or writes in this store alone: none that mirrors it has to keep anything for that. */
    public static ReadGuard placeHere(Repository repository, Holds.Subject subject, String reason, String by) {
        var holds = new Holds(repository);
        return new ReadGuard(repository, holds, holds.placeHere(subject, reason, by, LIFE));
    }

    /** Whether a backup on which a hold has been placed is there, and nobody is going to remove it. */
    public static boolean stays(Repository repository, BackupId backup) {
        return !CondemnLists.read(repository).names(backup.manifestKey())
                && repository.manifests().find(backup).isPresent();
    }

    /**
     * What a keeper that has not seen the hold may still remove: asked after the hold was placed. What was removed before is
     * among it.
     */
    public Set<ObjectKey> condemned() {
        return CondemnLists.read(repository).all().stream()
                .flatMap(list -> list.content().keys().stream())
                .collect(Collectors.toSet());
    }

    public Hold hold() {
        return hold;
    }

    /** Holds on, if half of the time has passed. */
    public void renew() {
        var half = repository.store().now().plus(LIFE.dividedBy(2));
        if (hold.ends().filter(half::isAfter).isPresent()) {
            hold = holds.renew(hold, LIFE);
        }
    }

    /** Holds on for a time from now, without being renewed. */
    public void holdFor(Duration time) {
        hold = holds.renew(hold, time);
    }

    public void release() {
        hold = holds.release(hold, "read", hold.by());
    }
}
