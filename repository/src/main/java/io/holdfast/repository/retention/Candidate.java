package io.holdfast.repository.retention;

import io.holdfast.repository.pack.BackupId;
import java.time.Instant;

/**
 * A backup, as a policy sees it.
 *
 * @param generation a backup is of no use for another
 * @param at the earliest moment to which it can be restored, as it recorded it
 * @param stored when its manifest was, by the store's clock
 * @param isWhole whether nothing that a restore of it reads is known to be missing
 */
public record Candidate(BackupId id, int generation, Instant at, Instant stored, boolean isWhole) {

    public Candidate withoutWhole() {
        return new Candidate(id, generation, at, stored, false);
    }

    /** A clock that was wrong while the backup was taken makes it neither younger than its manifest nor of the future. */
    Instant order() {
        return at.isAfter(stored) ? stored : at;
    }
}
