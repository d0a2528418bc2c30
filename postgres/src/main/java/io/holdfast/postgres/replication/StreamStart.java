package io.holdfast.postgres.replication;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import java.util.Optional;

/**
 * Where streaming begins.
 *
 * @param from any position; a segment's beginning, when whole segments are to be made of it
 * @param timeline a timeline in the server's history
 * @param slot whose restart position follows what is acknowledged as flushed
 */
public record StreamStart(Lsn from, TimelineId timeline, Optional<SlotName> slot) {

    public static StreamStart of(Lsn from, TimelineId timeline) {
        return new StreamStart(from, timeline, Optional.empty());
    }

    public StreamStart withSlot(SlotName name) {
        return new StreamStart(from, timeline, Optional.of(name));
    }

    String command() {
        return "START_REPLICATION %sPHYSICAL %s TIMELINE %s"
                .formatted(slot.map("SLOT %s "::formatted).orElse(""), from, timeline);
    }
}
