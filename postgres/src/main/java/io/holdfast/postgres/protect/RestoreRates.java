package io.holdfast.postgres.protect;

import io.holdfast.postgres.capture.StateFiles;
import io.holdfast.postgres.restore.RestoreResult;
import io.holdfast.problem.HoldfastException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How fast this host restores: measured by its last restores where they say something, else assumed. */
public record RestoreRates(Rate copy, Rate replay) {

    private static final Logger LOG = LoggerFactory.getLogger(RestoreRates.class);

    private static final String FILE = "restore-rates.json";

    public static final RestoreRates ASSUMED = new RestoreRates(Rate.ASSUMED_COPY, Rate.ASSUMED_REPLAY);

    private record Measured(Optional<Rate> copy, Optional<Rate> replay) {

        static final Measured NOTHING = new Measured(Optional.empty(), Optional.empty());
    }

    /** What was measured by restores comes before what the last full backup lets expect, and that before an assumption. */
    public static RestoreRates of(Path stateFolder, Optional<TakenBackup> newestFull) {
        var measured = measured(StateFiles.in(stateFolder));
        var expected = newestFull.flatMap(
                backup -> Rate.of(backup.readBytes(), backup.took(), Rate.Basis.BACKUP, backup.completed()));
        return new RestoreRates(
                measured.copy().or(() -> expected).orElse(Rate.ASSUMED_COPY),
                measured.replay().orElse(Rate.ASSUMED_REPLAY));
    }

    /** A restore may have been run by root: what this user cannot read counts as not measured. */
    private static Measured measured(StateFiles files) {
        try {
            return files.read(FILE, Measured.class).orElse(Measured.NOTHING);
        } catch (HoldfastException e) {
            LOG.debug("what restores measured cannot be read folder={}", files.folder(), e);
            return Measured.NOTHING;
        }
    }

    /**
     * Remembers what a restore measured, if this host has a state folder. That it cannot be remembered is no failure of the
     * restore.
     */
    public static void remember(Path stateFolder, RestoreResult result, Instant now) {
        var replay =
                result.recoveryTime().flatMap(time -> Rate.of(result.plan().walBytes(), time, Rate.Basis.RESTORE, now));
        remember(stateFolder, Rate.of(result.copiedBytes(), result.copyTime(), Rate.Basis.RESTORE, now), replay);
    }

    /** What was not measured now stays as it was. */
    static void remember(Path stateFolder, Optional<Rate> copy, Optional<Rate> replay) {
        if (!Files.isDirectory(stateFolder) || (copy.isEmpty() && replay.isEmpty())) {
            return;
        }
        var files = StateFiles.in(stateFolder);
        var before = measured(files);
        try {
            files.write(FILE, new Measured(copy.or(before::copy), replay.or(before::replay)));
            Files.setOwner(stateFolder.resolve(FILE), Files.getOwner(stateFolder));
        } catch (HoldfastException | IOException e) {
            LOG.debug("what the restore measured cannot be remembered folder={}", stateFolder, e);
        }
    }
}
