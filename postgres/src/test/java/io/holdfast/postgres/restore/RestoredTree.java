package io.holdfast.postgres.restore;

import io.holdfast.postgres.backup.BackupDetails;
import io.holdfast.repository.Repository;
import io.holdfast.repository.manifest.Manifest;
import java.nio.file.Files;
import java.nio.file.Path;

/** Only the files of a backup, as the product restores them, without what makes a cluster of them. */
public final class RestoredTree {

    private RestoredTree() {}

    /** Into a new folder, or upon what an earlier call has left there. */
    public static void write(Repository repository, Manifest manifest, Path folder) {
        var details = BackupDetails.of(manifest);
        var placement = Placement.of(folder, details, new TablespaceChoice.Within());
        var sweep = new FolderSweep(Files.exists(folder), _ -> false);
        var tree = new TargetTree(placement, FileOwner.of(folder), sweep);
        try {
            new TreeCopy(
                            repository,
                            placement,
                            new PlaceClaims(placement, details),
                            tree,
                            new CopyTally(RestoreProgress.NONE))
                    .copy(manifest, 2);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
