package io.holdfast.cli.status;

import io.holdfast.postgres.protect.SchedulePolicy;
import io.holdfast.postgres.protect.TakenBackup;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is wrong with the backups, for people. */
record BackupConcerns(SchedulePolicy policy, Instant now) {

    /** A list that more can be added to. */
    List<String> of(Optional<TakenBackup> newest, ScheduledBackups scheduled) {
        var concerns = new ArrayList<String>();
        if (newest.isEmpty()) {
            concerns.add("there is no backup: nothing can be recovered; take one with 'holdfast backup'");
        }
        newest.ifPresent(backup -> {
            var age = Duration.between(backup.begun(), now);
            policy.every()
                    .filter(_ -> policy.isOverdue(age))
                    .ifPresent(every ->
                            concerns.add("a backup is overdue: the newest, %s, began %s ago, and one is due every %s"
                                    .formatted(backup.id(), text(age), text(every))));
            if (backup.begun().isAfter(now.plus(Duration.ofMinutes(5)))) {
                concerns.add("backup %s began in the future: this clock is wrong, or was when it was taken"
                        .formatted(backup.id()));
            }
            if (backup.damagedPages() > 0) {
                concerns.add(
                        "backup %s holds %d damaged pages, since the live data did: 'holdfast info' says in which relations, and lists older backups"
                                .formatted(backup.id(), backup.damagedPages()));
            }
        });
        scheduled.failed().map(ScheduledBackups.Failed::concern).ifPresent(concerns::add);
        return concerns;
    }

    private static String text(Duration time) {
        if (time.toHours() >= 48) {
            return time.toDays() + " days";
        }
        return time.toMinutes() >= 120 ? time.toHours() + " h" : "%d min".formatted(time.toMinutes());
    }
}
