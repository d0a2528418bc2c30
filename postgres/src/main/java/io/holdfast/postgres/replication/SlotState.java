package io.holdfast.postgres.replication;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;

/** What the server says of a physical replication slot. */
public sealed interface SlotState {

    record Missing() implements SlotState {}

    /** It exists, but holds no WAL back. */
    record Unreserved() implements SlotState {}

    /** The server keeps the WAL of {@code timeline} from {@code restart} on. */
    record Reserved(Lsn restart, TimelineId timeline) implements SlotState {}
}
