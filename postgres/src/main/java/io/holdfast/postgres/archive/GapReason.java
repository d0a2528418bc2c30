package io.holdfast.postgres.archive;

/** Why WAL is missing from a repository. */
public enum GapReason {
    /** The replication slot was dropped or invalidated, and the server had recycled the WAL. */
    SLOT_LOST,
    /** The spool had reached its limit, so the slot was given up rather than let a disk fill. */
    SPOOL_FULL,
    /** The server is on a timeline that does not descend from what was captured. */
    DIVERGED,
    /** The server no longer had the WAL. */
    WAL_REMOVED,
    /** Protection was ended on purpose. */
    ENDED
}
