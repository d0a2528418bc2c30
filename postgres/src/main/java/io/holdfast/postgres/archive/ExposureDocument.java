package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import java.time.Instant;

/**
 * A stretch of WAL whose commits were let go, though they waited for the repository, before it held them. Had the host been
 * lost meanwhile, they would be too.
 *
 * @param from what the repository held when it began
 * @param to end of what was let go
 * @param since when the first was let go
 * @param until when the repository held all of it
 */
public record ExposureDocument(TimelineId timeline, Lsn from, Lsn to, Instant since, Instant until) {}
