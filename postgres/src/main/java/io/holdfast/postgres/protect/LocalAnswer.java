package io.holdfast.postgres.protect;

import io.holdfast.postgres.capture.BackupWishes;
import io.holdfast.postgres.capture.WantedBackup;
import io.holdfast.problem.HoldfastException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a backup that {@code protect} does not take itself answers in the state folder of this host: the wish for one that was there before it began, and the
 * trouble with scheduled ones. The backup counts whether or not that can be written down.
 *
 * @param unreadable why the folder could not be read
 */
public record LocalAnswer(Path stateFolder, Optional<WantedBackup> wish, Optional<HoldfastException> unreadable) {

    /** Before the backup begins. */
    public static LocalAnswer before(Path stateFolder) {
        try {
            return new LocalAnswer(stateFolder, BackupWishes.in(stateFolder).newest(), Optional.empty());
        } catch (HoldfastException e) {
            return new LocalAnswer(stateFolder, Optional.empty(), Optional.of(e));
        }
    }

    /**
     * When it has been taken.
     *
     * @param warnings takes what a person must know if that cannot be written down
     */
    public void taken(Consumer<String> warnings) {
        try {
            unreadable.ifPresent(problem -> {
                throw problem;
            });
            wish.ifPresent(BackupWishes.in(stateFolder)::answered);
            BackupDiary.takenByHand(stateFolder);
        } catch (HoldfastException e) {
            warnings.accept(
                    "the backup is taken, but a running 'holdfast protect' does not learn of it: " + e.getMessage());
        }
    }
}
