package io.holdfast.postgres.protect;

import io.holdfast.postgres.capture.WantedBackup;
import io.holdfast.repository.pack.BackupId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Decides when a backup is due and of which kind. Knows nothing but the facts it is given: the same facts, the same
 * decision. A run that was missed is caught up once, because only the newest backup counts, not how many there should be.
 * Instants, not times of day: daylight saving changes nothing.
 */
record Schedule(SchedulePolicy policy) {

    /** Between backups that WAL makes due: each costs a checkpoint. */
    private static final Duration LEAST_SPACING = Duration.ofMinutes(5);

    /**
     * What is known.
     *
     * @param quiet for how long this process has been running without seeing a new backup, by a clock that nobody sets
     * @param walSince bytes of WAL after the start of the newest backup; absent while not known
     * @param forecast of a restore now; absent while not known
     * @param wanted a gap asks for a backup
     */
    record Facts(
            Instant now,
            KnownBackups backups,
            Duration quiet,
            OptionalLong walSince,
            Optional<RestoreForecast> forecast,
            Optional<WantedBackup> wanted,
            Optional<BackupTrouble> trouble) {}

    Decision decide(Facts facts) {
        var trouble = facts.trouble().filter(found -> found.holdsBack(facts.now()));
        if (trouble.isPresent()) {
            return new Decision.Wait(
                    "the last attempt failed; the next is at " + trouble.get().notBefore());
        }
        if (facts.backups().newest().isEmpty()) {
            return new Decision.Take(BackupId.Kind.FULL, "there is no backup yet");
        }
        var newest = facts.backups().newest().get();
        if (facts.wanted().isPresent()) {
            return incremental("WAL is missing: " + facts.wanted().get().reason());
        }
        return byInterval(facts, newest)
                .or(() -> isSpaced(facts.now(), newest) ? byWal(facts) : Optional.empty())
                .map(take -> (Decision) take)
                .orElseGet(() -> new Decision.Wait(policy.every()
                        .map(every -> "the next is due at " + newest.begun().plus(every))
                        .orElse("others take them")));
    }

    private Optional<Decision.Take> byInterval(Facts facts, TakenBackup newest) {
        var full = facts.backups().newestFull().map(TakenBackup::begun);
        var fullEvery = policy.fullEvery();
        if (fullEvery.isPresent()
                && full.filter(begun -> !isOver(begun, fullEvery.get(), facts.now()))
                        .isEmpty()) {
            return Optional.of(new Decision.Take(
                    BackupId.Kind.FULL,
                    full.map("the newest full backup began at %s"::formatted).orElse("there is no full backup")));
        }
        if (policy.every().isEmpty()) {
            return Optional.empty();
        }
        var every = policy.every().get();
        if (isOver(newest.begun(), every, facts.now())) {
            return Optional.of(incremental("the newest began at %s".formatted(newest.begun())));
        }
        // Where the clock was set back, older backups look newer than they are.
        return facts.quiet().compareTo(every) >= 0
                ? Optional.of(incremental(
                        "none was taken for %d s".formatted(facts.quiet().toSeconds())))
                : Optional.empty();
    }

    private Optional<Decision.Take> byWal(Facts facts) {
        var volume = policy.walVolume();
        if (volume.isPresent()
                && facts.walSince().isPresent()
                && facts.walSince().getAsLong() >= volume.getAsLong()) {
            return Optional.of(incremental("%d bytes of WAL follow the newest"
                    .formatted(facts.walSince().getAsLong())));
        }
        return policy.rto()
                .flatMap(rto -> facts.forecast().filter(forecast -> endangers(rto, forecast)))
                .map(forecast -> incremental(
                        "a restore would take %d s".formatted(forecast.total().toSeconds())));
    }

    /**
     * Whether replay would take half of what the objective leaves for it: the other half is for the WAL that is written until
     * the next backup is complete. An objective that the copy alone misses is not met by more backups.
     */
    private static boolean endangers(Duration rto, RestoreForecast forecast) {
        var left = rto.minus(forecast.copyTime());
        return left.isPositive() && forecast.replayTime().compareTo(left.dividedBy(2)) >= 0;
    }

    /** Long enough after the newest that backups do not become all that the server does. */
    private static boolean isSpaced(Instant now, TakenBackup newest) {
        var twice = newest.took().multipliedBy(2);
        return isOver(newest.begun(), twice.compareTo(LEAST_SPACING) > 0 ? twice : LEAST_SPACING, now);
    }

    private static boolean isOver(Instant from, Duration time, Instant now) {
        return !from.plus(time).isAfter(now);
    }

    private static Decision.Take incremental(String reason) {
        return new Decision.Take(BackupId.Kind.INCREMENTAL, reason);
    }
}
