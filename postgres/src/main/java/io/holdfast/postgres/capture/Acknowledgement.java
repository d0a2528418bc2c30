package io.holdfast.postgres.capture;

/** What the server is told to be flushed. */
public enum Acknowledgement {
    /** What the local spool has forced to disk. */
    SPOOL
}
