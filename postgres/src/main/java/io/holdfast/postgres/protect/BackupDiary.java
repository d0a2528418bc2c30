package io.holdfast.postgres.protect;

import io.holdfast.postgres.capture.StateFiles;
import io.holdfast.problem.HoldfastException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a state folder remembers of scheduled backups, across restarts: the attempt that is going on and the trouble with
 * those before. Only the process that holds the folder writes; a backup taken by hand ends the trouble, too. Confined to one
 * thread.
 */
public final class BackupDiary {

    private static final Logger LOG = LoggerFactory.getLogger(BackupDiary.class);

    private static final String ATTEMPT = "backup-attempt.json";
    private static final String TROUBLE = "backup-trouble.json";

    private final StateFiles files;
    private final RandomGenerator random;

    /** Counts although it could not be written. */
    private Optional<BackupTrouble> unwritten = Optional.empty();

    BackupDiary(StateFiles files, RandomGenerator random) {
        this.files = files;
        this.random = random;
    }

    public static Optional<BackupTrouble> trouble(Path stateFolder) {
        return StateFiles.in(stateFolder).read(TROUBLE, BackupTrouble.class);
    }

    public static Optional<BackupAttempt> attempt(Path stateFolder) {
        return StateFiles.in(stateFolder).read(ATTEMPT, BackupAttempt.class);
    }

    /** A backup by hand has succeeded. */
    public static void takenByHand(Path stateFolder) {
        StateFiles.in(stateFolder).delete(TROUBLE);
    }

    Optional<BackupTrouble> trouble() {
        return unwritten.or(() -> files.read(TROUBLE, BackupTrouble.class));
    }

    /** An attempt that an earlier process did not bring to its end counts as failed. */
    void open(Instant now) {
        if (files.read(ATTEMPT, BackupAttempt.class).isPresent()) {
            // Nobody knows for how long it worked: the host may have been off since.
            failed(BackupTrouble.Failure.cutOff(), now, Duration.ZERO);
        }
    }

    /** A disk that is too full to say so is no reason to take no backup. */
    void begins(BackupAttempt attempt) {
        try {
            files.write(ATTEMPT, attempt);
        } catch (HoldfastException e) {
            LOG.warn("that a backup begins cannot be written down folder={}", files.folder(), e);
        }
    }

    BackupTrouble failed(BackupAttempt attempt, BackupTrouble.Failure failure, Instant now) {
        var took = Duration.between(attempt.begun(), now);
        return failed(failure, now, took.isNegative() ? Duration.ZERO : took);
    }

    private BackupTrouble failed(BackupTrouble.Failure failure, Instant now, Duration took) {
        var next = BackupTrouble.after(trouble(), failure, now, took, random);
        unwritten = Optional.of(next);
        try {
            files.write(TROUBLE, next);
            unwritten = Optional.empty();
            files.delete(ATTEMPT);
        } catch (HoldfastException e) {
            LOG.error("that a backup failed cannot be written down folder={}", files.folder(), e);
        }
        return next;
    }

    void succeeded() {
        unwritten = Optional.empty();
        files.delete(TROUBLE);
        files.delete(ATTEMPT);
    }

    /** It was told to stop: no failure. */
    void givenUp() {
        files.delete(ATTEMPT);
    }
}
