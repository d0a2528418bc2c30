package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import java.time.Instant;
import java.util.Optional;

/**
 * WAL that was not captured: recovery cannot pass it, only a base backup taken after it begins anew.
 *
 * @param timeline on which it begins
 * @param from first position that is missing
 * @param to first position that is there again, on {@code resumedOn}; absent while coverage has ended
 */
public record GapDocument(
        TimelineId timeline,
        Lsn from,
        Optional<TimelineId> resumedOn,
        Optional<Lsn> to,
        GapReason reason,
        Instant declared) {}
