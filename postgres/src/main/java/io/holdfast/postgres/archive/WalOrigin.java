package io.holdfast.postgres.archive;

import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.ObjectKey;

/** Who stored WAL, as the names of the objects tell. */
sealed interface WalOrigin {

    /** A capture. All sessions of one member are one origin: each goes on where the one before it ended. */
    record Member(MemberName name) implements WalOrigin {

        @Override
        public String toString() {
            return "member '%s'".formatted(name);
        }
    }

    /** A backup that streamed for itself. */
    record OfBackup(BackupId id) implements WalOrigin {

        @Override
        public String toString() {
            return "backup " + id;
        }
    }

    /** Of an object beneath a claim or a backup, or of such a folder. */
    static WalOrigin of(ObjectKey key) {
        var parts = key.text().split("/", 3);
        return parts[0].equals("claim") ? new Member(new MemberName(parts[1])) : new OfBackup(new BackupId(parts[1]));
    }
}
