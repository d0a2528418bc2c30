package io.holdfast.cli.configuration;

import java.util.Locale;

/** What a capture tells the server to be flushed. */
public enum Acknowledged {
    /** What the spool on this host has forced to disk. */
    SPOOL,
    /** What the repository holds: commits that wait for the capture are not lost with the host. */
    REPOSITORY;

    /** As it is written. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
