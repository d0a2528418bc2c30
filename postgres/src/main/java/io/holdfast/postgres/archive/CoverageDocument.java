package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import java.time.Instant;
import java.util.Optional;

/**
 * What a session says while no WAL flows.
 *
 * @param storedTo end of the newest piece
 * @param coveredUntil the server's clock when every flushed byte of WAL lay before {@code storedTo}
 */
public record CoverageDocument(TimelineId timeline, Lsn storedTo, Optional<Instant> coveredUntil) {}
