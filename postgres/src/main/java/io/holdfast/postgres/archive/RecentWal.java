package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalSegmentSize;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.StoredObject;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Leaves out of a listing of claims the WAL of other timelines, what ends before the segment that holds a position, and what
 * sessions said while no WAL flowed.
 */
record RecentWal(TimelineId timeline, Lsn position, WalSegmentSize segmentSize) implements SkippingListing.Skip {

    private static final Pattern PIECE = Pattern.compile("(.*/wal)/([0-9A-F]{8})/([0-9A-F]{16})-[0-9A-F]{16}");
    private static final Pattern SEGMENT = Pattern.compile("(.*/segment)/([0-9A-F]{24})");

    @Override
    public Optional<ObjectKey> end(StoredObject object) {
        var found = object.key();
        var piece = PIECE.matcher(found.text());
        if (piece.matches()) {
            return piece(new ObjectKey(piece.group(1)), piece.group(2), piece.group(3));
        }
        var segment = SEGMENT.matcher(found.text());
        if (segment.matches()) {
            return segment(new ObjectKey(segment.group(1)), segment.group(2));
        }
        return Coverages.isOne(found)
                ? Optional.of(SkippingListing.endOf(SkippingListing.folderOf(found)))
                : Optional.empty();
    }

    /** A piece lies within one segment, and pieces sort by their starts. */
    private Optional<ObjectKey> piece(ObjectKey folder, String on, String start) {
        var here = folder.child(timeline.hex());
        int order = on.compareTo(timeline.hex());
        if (order != 0) {
            return Optional.of(order < 0 ? here : SkippingListing.endOf(folder));
        }
        var first = segmentSize.start(position).sortable();
        return start.compareTo(first) < 0 ? Optional.of(here.child(first)) : Optional.empty();
    }

    private Optional<ObjectKey> segment(ObjectKey folder, String name) {
        if (!name.startsWith(timeline.hex())) {
            return Optional.of(
                    name.compareTo(timeline.hex()) < 0 ? folder.child(timeline.hex()) : SkippingListing.endOf(folder));
        }
        var start = segmentSize.start(position);
        if (name.compareTo(segmentSize.name(timeline, start).text()) >= 0) {
            return Optional.empty();
        }
        var before = segmentSize.name(timeline, start.plus(-segmentSize.bytes()));
        return Optional.of(folder.child(before.text()));
    }
}
