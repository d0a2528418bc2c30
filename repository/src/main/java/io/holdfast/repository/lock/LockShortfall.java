package io.holdfast.repository.lock;

import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.ObjectKey;
import java.time.Instant;
import java.util.Optional;

/**
 * An object that can be removed while the manifest of a backup that needs it still cannot.
 *
 * @param lockedUntil empty if it is not locked at all
 * @param neededUntil when the lock of the manifest ends
 */
public record LockShortfall(BackupId backup, ObjectKey key, Optional<Instant> lockedUntil, Instant neededUntil) {}
