package io.holdfast.cli;

import io.holdfast.postgres.capture.BackupWishes;
import io.holdfast.postgres.capture.WantedBackup;
import io.holdfast.postgres.protect.BackupDiary;
import io.holdfast.problem.HoldfastException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a backup by hand answers in the state folder of this host: the wish for one that was there before it began, and the
 * trouble with scheduled ones. The backup counts whether or not that can be written down.
 *
 * @param unreadable why the folder could not be read
 */
record LocalAnswer(Path stateFolder, Optional<WantedBackup> wish, Optional<HoldfastException> unreadable) {

    /** Before the backup begins. */
    static LocalAnswer before(Path stateFolder) {
        try {
            return new LocalAnswer(stateFolder, BackupWishes.in(stateFolder).newest(), Optional.empty());
        } catch (HoldfastException e) {
            return new LocalAnswer(stateFolder, Optional.empty(), Optional.of(e));
        }
    }

    /** When it has been taken. */
    void taken(PrintWriter err) {
        try {
            unreadable.ifPresent(problem -> {
                throw problem;
            });
            wish.ifPresent(BackupWishes.in(stateFolder)::answered);
            BackupDiary.takenByHand(stateFolder);
        } catch (HoldfastException e) {
            err.println(
                    "the backup is taken, but a running 'holdfast protect' does not learn of it: " + e.getMessage());
        }
    }
}
