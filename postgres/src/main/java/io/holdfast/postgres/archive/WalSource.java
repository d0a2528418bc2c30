package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalSegmentName;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectNumbers;

/** Beneath what a process stores WAL: the claim of a capture session, or a backup that streams its own. */
public record WalSource(ObjectKey folder) {

    public static WalSource of(BackupId backup, Generation generation) {
        return new WalSource(backup.folder().child(generation.segment()));
    }

    /** What a session stores belongs to one generation, which its names say. */
    public static WalSource of(Claim claim, Generation generation) {
        return new WalSource(claim.folder().child(generation.segment()));
    }

    public ObjectKey piece(WalRange range) {
        return folder.child("wal")
                .child(range.timeline().hex())
                .child(range.start().sortable() + "-" + range.end().sortable());
    }

    public ObjectKey segment(WalSegmentName name) {
        return folder.child("segment").child(name.text());
    }

    /** A document of a session, counted from 1. */
    public ObjectKey document(String kind, int number) {
        return folder.child(kind).child(ObjectNumbers.text(number));
    }

    public ObjectKey history(TimelineId timeline) {
        return folder.child("history").child(timeline.hex());
    }
}
