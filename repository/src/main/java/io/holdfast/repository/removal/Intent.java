package io.holdfast.repository.removal;

import io.holdfast.repository.pack.BackupId;
import java.time.Instant;
import java.util.Optional;

/**
 * Says that a backup is being taken, before it reads its parent: whoever removes objects spares what it may still need.
 *
 * @param member who takes it, for people
 * @param begun by the clock of that host, for people
 */
record Intent(BackupId backup, Optional<BackupId> parent, String member, Instant begun) {}
