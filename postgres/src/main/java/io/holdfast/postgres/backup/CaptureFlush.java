package io.holdfast.postgres.backup;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import java.time.Duration;

/** Makes a running capture store at once what it would store when it is due. */
public interface CaptureFlush {

    CaptureFlush NONE = (_, _, _) -> {};

    /**
     * Returns when everything up to a position is stored.
     *
     * @throws io.holdfast.problem.HoldfastException if that takes longer
     */
    void storeUpTo(TimelineId timeline, Lsn position, Duration timeout) throws InterruptedException;
}
