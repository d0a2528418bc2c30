package io.holdfast.cli.status;

import io.holdfast.postgres.protect.BackupAttempt;
import io.holdfast.postgres.protect.BackupDiary;
import io.holdfast.postgres.protect.BackupTrouble;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * How {@code holdfast protect} gets on with its backups on this host.
 *
 * @param running the one that is being taken
 * @param failed what happened since the last that succeeded
 */
public record ScheduledBackups(Optional<Running> running, Optional<Failed> failed) {

    /** A backup that is being taken. */
    public record Running(Instant begun, String kind, String reason) {

        static Running of(BackupAttempt attempt) {
            return new Running(attempt.begun(), attempt.kind().name().toLowerCase(Locale.ROOT), attempt.reason());
        }
    }

    /**
     * Failures without a success.
     *
     * @param reason of the last
     */
    public record Failed(
            int failures, Instant first, Instant last, String code, String reason, String hint, Instant nextAttempt) {

        static Failed of(BackupTrouble trouble) {
            return new Failed(
                    trouble.failures(),
                    trouble.first(),
                    trouble.last(),
                    trouble.code(),
                    trouble.reason(),
                    trouble.hint(),
                    trouble.notBefore());
        }

        String concern() {
            return "%s failed, the last at %s: %s; %s"
                    .formatted(failures == 1 ? "a backup" : failures + " backups in a row", last, reason, hint);
        }
    }

    /** @param pid of the process that runs with this folder, if one does: an attempt of another one was cut off */
    static ScheduledBackups in(Path stateFolder, Optional<Long> pid) {
        return new ScheduledBackups(
                BackupDiary.attempt(stateFolder)
                        .filter(attempt ->
                                pid.filter(alive -> alive == attempt.pid()).isPresent())
                        .map(Running::of),
                BackupDiary.trouble(stateFolder).map(Failed::of));
    }
}
