package io.holdfast.postgres.wal;

/** Whose WAL it has to be: every page header is compared with this. */
public record WalIdentity(
        WalFormat format, SystemIdentifier system, WalSegmentSize segmentSize, TimelineHistory history) {

    public TimelineId timeline() {
        return history.timeline();
    }
}
