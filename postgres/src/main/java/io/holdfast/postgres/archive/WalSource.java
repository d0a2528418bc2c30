package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalSegmentName;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.ObjectKey;

/** Beneath what a process stores WAL: the claim of a capture session, or a backup that streams its own. */
public record WalSource(ObjectKey folder) {

    public static WalSource of(BackupId backup) {
        return new WalSource(backup.folder());
    }

    public static WalSource of(Claim claim) {
        return new WalSource(claim.folder());
    }

    public ObjectKey piece(WalRange range) {
        return folder.child("wal")
                .child(range.timeline().hex())
                .child(range.start().sortable() + "-" + range.end().sortable());
    }

    public ObjectKey segment(WalSegmentName name) {
        return folder.child("segment").child(name.text());
    }

    public ObjectKey history(TimelineId timeline) {
        return folder.child("history").child(timeline.hex());
    }
}
