package io.holdfast.postgres.replication;

/** How long a replication slot lives. */
public enum SlotLife {
    /** Until it is dropped, across restarts of the server. */
    PERMANENT,
    /** As long as the connection that made it. */
    TEMPORARY
}
