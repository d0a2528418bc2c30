package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.TimelineId;

/** A timeline history as a document. */
record StoredHistory(TimelineId timeline, String content) {

    TimelineHistory parse() {
        return TimelineHistory.parse(timeline, content);
    }
}
