package io.holdfast.postgres.cluster;

/**
 * A server's own WAL archiving.
 *
 * @param command empty when there is none, or when this user may not know
 * @param library since PostgreSQL 15; empty when there is none
 */
public record Archiving(Mode mode, String command, String library) {

    /** The setting {@code archive_mode}. */
    public enum Mode {
        OFF,
        ON,
        ALWAYS
    }
}
