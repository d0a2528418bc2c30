package io.holdfast.postgres.protect;

import io.holdfast.repository.pack.BackupId;

/** What a schedule says, with its reason for people. */
sealed interface Decision {

    String reason();

    /** A backup is due. */
    record Take(BackupId.Kind kind, String reason) implements Decision {}

    /** None is due. */
    record Wait(String reason) implements Decision {}
}
