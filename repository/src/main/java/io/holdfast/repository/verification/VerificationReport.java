package io.holdfast.repository.verification;

import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.ObjectKey;
import java.util.List;
import java.util.Set;

/**
 * What a verification found.
 *
 * @param objects that there are, without the few that are checked whenever the repository is opened
 * @param read authenticated now, of them
 * @param readAgain of those, known to be sound from before
 * @param damages in the order of their names
 * @param lost backups that cannot be restored any more, in the order of their names
 * @param unusable objects that count as missing
 */
public record VerificationReport(
        long objects,
        long bytes,
        long read,
        long readBytes,
        long readAgain,
        List<Damage> damages,
        List<LostBackup> lost,
        Set<ObjectKey> unusable) {

    public VerificationReport {
        damages = List.copyOf(damages);
        lost = List.copyOf(lost);
        unusable = Set.copyOf(unusable);
    }

    /**
     * A backup that reaches damage.
     *
     * @param reason the first that was found, for people
     */
    public record LostBackup(BackupId backup, String reason) {}
}
