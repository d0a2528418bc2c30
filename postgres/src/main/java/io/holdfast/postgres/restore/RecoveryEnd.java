package io.holdfast.postgres.restore;

import io.holdfast.postgres.wal.Lsn;

/** Where a recovery ended, by the server's own account, beside where the plan said that it would. */
public sealed interface RecoveryEnd {

    record AsPlanned(Lsn at) implements RecoveryEnd {}

    /** The server is up, or has shut down, and holds something else than was asked for. */
    record Elsewhere(String found, String planned) implements RecoveryEnd {}

    /** The server's account was not found or not understood: nothing is known. */
    record Unknown(String why, String planned) implements RecoveryEnd {}

    default boolean isAsPlanned() {
        return this instanceof AsPlanned;
    }

    default String explain() {
        return switch (this) {
            case AsPlanned as -> "recovery ended at %s, as planned".formatted(as.at());
            case Elsewhere end -> "recovery ended %s, not %s".formatted(end.found(), end.planned());
            case Unknown end -> "it is not known whether recovery ended %s: %s".formatted(end.planned(), end.why());
        };
    }
}
