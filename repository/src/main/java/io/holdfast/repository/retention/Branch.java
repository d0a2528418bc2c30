package io.holdfast.repository.retention;

import io.holdfast.repository.pack.BackupId;
import java.time.Instant;
import java.util.Set;

/**
 * One way that history took. After a restore to an earlier point there are several, and a backup on one of them need not
 * lead to what happened on another.
 *
 * @param name for people
 * @param backups from which the end of this branch can be restored
 * @param until the newest that was stored of it, by the store's clock
 */
public record Branch(String name, Set<BackupId> backups, Instant until) {

    public Branch {
        backups = Set.copyOf(backups);
    }
}
