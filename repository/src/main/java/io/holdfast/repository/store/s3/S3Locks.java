package io.holdfast.repository.store.s3;

import io.holdfast.repository.store.LockTerms;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectLockedException;
import io.holdfast.repository.store.ObjectLocks;
import io.holdfast.repository.store.ObjectMissingException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectLockEnabled;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.ObjectLockRetention;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;

/** The locks of a bucket with Object Lock: of the oldest version of each name, which is the object. Thread-safe. */
final class S3Locks implements ObjectLocks {

    private final S3Client client;
    private final S3Calls calls;
    private final S3Settings settings;
    private final S3Objects objects;
    private final Supplier<Instant> now;
    private final boolean possible;

    /** Asks whether the bucket has locks; refuses one that has none if objects shall be locked. */
    S3Locks(S3Client client, S3Calls calls, S3Settings settings, S3Objects objects, Supplier<Instant> now) {
        this.client = client;
        this.calls = calls;
        this.settings = settings;
        this.objects = objects;
        this.now = now;
        this.possible = objects.versioned() && isEnabled();
        if (settings.lock().isPresent() && !possible) {
            throw new S3StoreException(
                    S3Trouble.REFUSED,
                    "the bucket '%s' has no Object Lock".formatted(settings.bucket()),
                    "make it with Object Lock enabled (and thereby versions), or set s3.object-lock to none",
                    null);
        }
    }

    private boolean isEnabled() {
        try {
            return calls.attempt(
                                    "ask for the Object Lock of the bucket",
                                    () -> client.getObjectLockConfiguration(
                                            request -> request.bucket(settings.bucket())))
                            .objectLockConfiguration()
                            .objectLockEnabled()
                    == ObjectLockEnabled.ENABLED;
        } catch (S3StoreException e) {
            // Who locks nothing himself need not be allowed to ask; a refused removal then counts as a missing
            // permission.
            var mayBeUnknown = settings.lock().isEmpty() && e.is(S3Trouble.PERMISSION);
            if (mayBeUnknown || e.is(S3Trouble.MISSING) || e.is(S3Trouble.NOT_IMPLEMENTED)) {
                return false;
            }
            throw e;
        }
    }

    boolean possible() {
        return possible;
    }

    private S3Lock lock() {
        return settings.lock().orElseThrow(() -> new IllegalStateException("the store was opened without locks"));
    }

    @Override
    public LockTerms terms() {
        return lock().terms();
    }

    /** What a new object is locked with. */
    Optional<S3Creation.Retention> ofNew(ObjectKey key) {
        return settings.lock()
                .flatMap(lock -> lock.terms()
                        .of(key)
                        .map(term -> new S3Creation.Retention(
                                forRequest(lock.mode()), wholeSeconds(now.get().plus(term)))));
    }

    Optional<Instant> until(ObjectKey key) {
        if (!possible) {
            return Optional.empty();
        }
        var what = "look at the lock of object '%s'".formatted(key);
        return version(what, key).flatMap(id -> objects.retainedUntil(what, settings.name(key), id));
    }

    @Override
    public void extend(ObjectKey key, Instant until) {
        var what = "lock object '%s'".formatted(key);
        var id = version(what, key).orElseThrow(() -> new ObjectMissingException(settings.location(), key));
        var locked = objects.retention(what, settings.name(key), id).filter(found -> found.retainUntilDate() != null);
        var wanted = wholeSeconds(until);
        if (locked.filter(found -> !found.retainUntilDate().isBefore(wanted)).isEmpty()) {
            // A lock that has not run out keeps its mode: another one is a change that needs more than the writer's
            // permissions.
            var mode = locked.filter(found -> found.retainUntilDate().isAfter(now.get()))
                    .map(ObjectLockRetention::mode)
                    .orElseGet(() -> ObjectLockRetentionMode.fromValue(
                            forRequest(lock().mode()).toString()));
            objects.retain(what, settings.name(key), id, mode, wanted);
        }
    }

    /**
     * Why an object was not removed: because of a lock, its own or that of what was put over it, or else for want of
     * permission.
     */
    RuntimeException refusal(ObjectKey key, S3StoreException refused) {
        if (!possible) {
            return refused;
        }
        return notRemovableUntil(key)
                .<RuntimeException>map(until -> new ObjectLockedException(
                        settings.location(), key, Optional.of(until).filter(end -> end.isBefore(Instant.MAX)), refused))
                .orElse(refused);
    }

    /** Of every version, since a removal takes all of them; without an end on a legal hold. */
    Optional<Instant> notRemovableUntil(ObjectKey key) {
        if (!possible) {
            return Optional.empty();
        }
        var what = "look at the lock of object '%s'".formatted(key);
        var name = settings.name(key);
        var versions = objects.versionsOf(what, name);
        if (versions.stream().anyMatch(id -> objects.isOnLegalHold(what, name, id))) {
            return Optional.of(Instant.MAX);
        }
        return versions.stream()
                .flatMap(id -> objects.retainedUntil(what, name, id).stream())
                .filter(end -> !end.isBefore(now.get()))
                .max(Comparator.naturalOrder());
    }

    private Optional<String> version(String what, ObjectKey key) {
        return objects.find(what, settings.name(key)).flatMap(S3Version::id);
    }

    private static ObjectLockMode forRequest(S3LockMode mode) {
        return switch (mode) {
            case GOVERNANCE -> ObjectLockMode.GOVERNANCE;
            case COMPLIANCE -> ObjectLockMode.COMPLIANCE;
        };
    }

    /** Upwards: a lock shall not end before it was meant to. */
    private static Instant wholeSeconds(Instant time) {
        var whole = time.truncatedTo(ChronoUnit.SECONDS);
        return whole.equals(time) ? whole : whole.plusSeconds(1);
    }
}
