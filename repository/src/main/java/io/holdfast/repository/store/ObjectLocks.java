package io.holdfast.repository.store;

import java.time.Instant;

/** How a store locks objects: new ones by their names, others when it is told to. Locks are only ever extended. Thread-safe. */
public interface ObjectLocks {

    /** What new objects are locked for. */
    LockTerms terms();

    /**
     * Locks an object until then, if it is not locked for longer.
     *
     * @throws ObjectMissingException if there is no such object
     */
    void extend(ObjectKey key, Instant until);
}
