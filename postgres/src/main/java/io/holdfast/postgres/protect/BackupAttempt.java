package io.holdfast.postgres.protect;

import io.holdfast.repository.pack.BackupId;
import java.time.Instant;

/**
 * A scheduled backup that is being taken.
 *
 * @param pid of the process that takes it
 * @param reason why it was due, for people
 */
public record BackupAttempt(Instant begun, long pid, BackupId.Kind kind, String reason) {}
