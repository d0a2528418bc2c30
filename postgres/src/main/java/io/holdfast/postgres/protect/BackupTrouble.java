package io.holdfast.postgres.protect;

import io.holdfast.problem.HoldfastException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Why scheduled backups do not succeed: what has happened since the last one that did.
 *
 * @param failures in a row
 * @param first when the first of them ended
 * @param last when the newest of them ended
 * @param code of the newest
 * @param reason of the newest, for people
 * @param notBefore no scheduled backup begins earlier
 */
public record BackupTrouble(
        int failures, Instant first, Instant last, String code, String reason, String hint, Instant notBefore) {

    private static final Duration FIRST_WAIT = Duration.ofMinutes(1);
    private static final Duration MOST_DOUBLED = Duration.ofHours(1);

    /** Of every wait. */
    static final Duration LONGEST_WAIT = Duration.ofDays(1);

    /** What failed, and how. */
    record Failure(String code, String reason, String hint) {

        static Failure of(Throwable problem) {
            return problem instanceof HoldfastException known
                    ? new Failure(known.code(), String.valueOf(known.getMessage()), known.hint())
                    : new Failure("protect.defect", "a defect: " + problem, "report it with the log");
        }

        static Failure cutOff() {
            return new Failure(
                    "protect.cut-off",
                    "the process ended before the backup did",
                    "see the log of the service and of the system: a crash, a kill, or too little memory");
        }
    }

    /** One more failure, of an attempt that took so long. */
    static BackupTrouble after(
            Optional<BackupTrouble> before, Failure failure, Instant now, Duration took, RandomGenerator random) {
        int failures = before.map(BackupTrouble::failures).orElse(0) + 1;
        return new BackupTrouble(
                failures,
                before.map(BackupTrouble::first).orElse(now),
                now,
                failure.code(),
                failure.reason(),
                failure.hint(),
                now.plus(pause(failures, took, random)));
    }

    /**
     * Doubling from a minute to an hour, each time a random part of it, at least half; and never shorter than the attempt,
     * which may have left as much behind in the repository as a backup takes.
     */
    private static Duration pause(int failures, Duration took, RandomGenerator random) {
        long ceiling = Math.min(MOST_DOUBLED.toMillis(), FIRST_WAIT.toMillis() << Math.min(failures - 1, 20));
        long doubled = ceiling / 2 + random.nextLong(ceiling / 2 + 1);
        return Duration.ofMillis(Math.min(LONGEST_WAIT.toMillis(), Math.max(doubled, took.toMillis())));
    }

    /** Whether it is too early to try again. A wait longer than any that was ever set comes from a clock that was wrong. */
    boolean holdsBack(Instant now) {
        return now.isBefore(notBefore) && !now.plus(LONGEST_WAIT).isBefore(notBefore);
    }
}
