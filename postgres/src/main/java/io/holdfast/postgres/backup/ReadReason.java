package io.holdfast.postgres.backup;

/** Why bytes of the data directory were read. */
enum ReadReason {
    /** Blocks of relations that changed, by what the server says, or that no backup holds. */
    CHANGED,
    /** Relations of which it is in doubt what changed: read, and compared with what the repository holds. */
    COMPARED,
    /** What PostgreSQL does not track: free space maps, visibility maps, and files that are no relations. */
    UNTRACKED,
    /**
     * Blocks that did not change, stored again so that a restore need not gather a frame from too many places, or so that a pack
     * of which little is used can go.
     */
    CONSOLIDATED
}
