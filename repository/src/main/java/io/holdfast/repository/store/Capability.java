package io.holdfast.repository.store;

/** What a store can do beyond the contract that all share. Callers ask before they rely on one. */
public enum Capability {
    /** Two writers that create the same key at once: exactly one succeeds, the other is told. */
    CONDITIONAL_CREATE,

    /** A listing that starts after an object was created contains it; one that starts after a removal does not. */
    CONSISTENT_LISTING,

    /** Objects can be given a time before which nobody can remove them. */
    RETENTION_LOCK,

    /** {@link StoredObject#stored} and {@link ObjectStore#now} come from one clock that is not this host's. */
    OWN_CLOCK,

    /** What somebody puts over an object by its name, or deletes by its name, stays what it was for who reads through this store. */
    KEEPS_OVERWRITTEN
}
