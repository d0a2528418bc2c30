package io.holdfast.repository.store;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Named, immutable sequences of bytes.
 *
 * <p>Promised: an object appears whole or not at all; once {@link ObjectWriter#commit} has returned, it is durable and
 * readable; an existing object is never overwritten by a store with {@link Capability#CONDITIONAL_CREATE}; once
 * {@link #remove} has returned, it is gone and stays so.
 *
 * <p>Not promised: that two writers of one key cannot both succeed without that capability (names that hold a random
 * or claimed part make it harmless); that a listing is complete without {@link Capability#CONSISTENT_LISTING}; any
 * order in which objects of different writers become visible; appending, renaming or changing an object.
 *
 * <p>Thread-safe. Every failure is a {@link StoreException}; an expected absence is a value where the signature says so.
 */
public interface ObjectStore extends AutoCloseable {

    /** Where this store is, for messages: a folder or a URL, never with credentials. */
    String location();

    Set<Capability> capabilities();

    /**
     * Begins an object. Nothing is visible under {@code key} before {@link ObjectWriter#commit}.
     *
     * @throws ObjectExistsException here or at commit, where the store can tell
     */
    ObjectWriter create(ObjectKey key);

    /**
     * Opens an object for reading.
     *
     * @throws ObjectMissingException if there is no such object
     */
    ObjectReader open(ObjectKey key);

    Optional<StoredObject> find(ObjectKey key);

    /**
     * Every object beneath a folder at any depth, ordered by key. The stream is lazy, must be closed, and may contain
     * objects that are created while it is read.
     */
    Stream<StoredObject> list(ObjectKey folder);

    /**
     * The same without what comes before {@code after} in the order of keys, or is it. A store does not spend time on each
     * object that it leaves out, as far as it can.
     *
     * @param after need not exist, nor lie beneath the folder
     */
    Stream<StoredObject> list(ObjectKey folder, ObjectKey after);

    /** Every object of the store, ordered by key, as {@link #list(ObjectKey)}. */
    Stream<StoredObject> list();

    /**
     * Removes an object for good. That it is missing is no error, so a removal may be repeated. Only the removal protocol
     * does this, never who writes backups or WAL; their identity need not be allowed to.
     *
     * @throws ObjectLockedException if it cannot be removed yet; it is still there
     */
    void remove(ObjectKey key);

    /**
     * Gives up what writers left behind that never came to their commit, if they began before a moment; it is no object, but takes
     * space. Only for who may remove.
     *
     * @return how many
     */
    default long sweepUnfinished(Instant begunBefore) {
        return 0;
    }

    /**
     * Until when nobody can remove an object; empty if it is not locked, or not there.
     *
     * <p>Only with {@link Capability#RETENTION_LOCK} can there be an answer.
     */
    default Optional<Instant> lockedUntil(ObjectKey key) {
        return Optional.empty();
    }

    /**
     * Until when a removal of an object is refused for a lock: its own, one of what was put over it, or a legal hold, which has no
     * end ({@link Instant#MAX}).
     */
    default Optional<Instant> notRemovableUntil(ObjectKey key) {
        return lockedUntil(key);
    }

    /** How this store locks what it is given; empty where it was not told to, though others may. */
    default Optional<ObjectLocks> locks() {
        return Optional.empty();
    }

    /**
     * The same with what counts as stored, where that takes more than to be here. Closing it closes nothing.
     */
    default ObjectStore counted() {
        return this;
    }

    /** The time by which {@link StoredObject#stored} is given. */
    Instant now();

    @Override
    void close();
}
