package io.holdfast.postgres.capture;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import java.time.Instant;

/** Commits are let go that only the spool has. On the disk of the host before the first is, until the repository knows. */
record Exposure(TimelineId timeline, Lsn from, Instant since) {}
