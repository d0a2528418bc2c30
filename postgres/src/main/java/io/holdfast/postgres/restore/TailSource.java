package io.holdfast.postgres.restore;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** A place that may hold WAL which the repository lacks. */
interface TailSource {

    /** Those of which it holds WAL. */
    Set<TimelineId> timelines() throws IOException;

    /** The text of a timeline's history file, if it is here. */
    Optional<String> historyFile(TimelineId timeline) throws IOException;

    /** The next bytes from a position on, at most {@code most}; empty if there are none. Not promised: that they are good. */
    Optional<byte[]> read(TimelineId timeline, Lsn position, int most) throws IOException;
}
