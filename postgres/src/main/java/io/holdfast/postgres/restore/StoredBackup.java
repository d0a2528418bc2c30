package io.holdfast.postgres.restore;

import io.holdfast.postgres.backup.BackupDetails;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;

/** A committed backup, with what PostgreSQL says of it. */
public record StoredBackup(Manifest manifest, BackupDetails details) {

    public static StoredBackup of(Manifest manifest) {
        return new StoredBackup(manifest, BackupDetails.of(manifest));
    }

    public BackupId id() {
        return manifest.id();
    }
}
