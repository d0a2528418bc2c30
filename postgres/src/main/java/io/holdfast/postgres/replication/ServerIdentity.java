package io.holdfast.postgres.replication;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.postgres.wal.TimelineId;

/**
 * The answer to IDENTIFY_SYSTEM.
 *
 * @param flushed on a primary what is flushed, on a standby what can be sent on
 */
public record ServerIdentity(SystemIdentifier system, TimelineId timeline, Lsn flushed) {}
