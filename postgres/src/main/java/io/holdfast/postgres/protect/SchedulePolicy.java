package io.holdfast.postgres.protect;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * When backups are wanted; whichever condition is met first counts.
 *
 * @param every longest time between the beginnings of two backups; absent: somebody else takes them in time
 * @param fullEvery longest time between the beginnings of two full ones; absent: one is enough for ever
 * @param walVolume most bytes of WAL after the start of the newest backup
 * @param rto longest time that a restore may take
 */
public record SchedulePolicy(
        Optional<Duration> every, Optional<Duration> fullEvery, OptionalLong walVolume, Optional<Duration> rto) {

    public static SchedulePolicy every(Duration interval) {
        return new SchedulePolicy(Optional.of(interval), Optional.empty(), OptionalLong.empty(), Optional.empty());
    }

    /** Only what cannot wait for others: the first one, and one after WAL was lost. */
    public static SchedulePolicy byOthers() {
        return new SchedulePolicy(Optional.empty(), Optional.empty(), OptionalLong.empty(), Optional.empty());
    }

    public SchedulePolicy withFullEvery(Duration interval) {
        return new SchedulePolicy(every, Optional.of(interval), walVolume, rto);
    }

    public SchedulePolicy withWalVolume(long bytes) {
        return new SchedulePolicy(every, fullEvery, OptionalLong.of(bytes), rto);
    }

    public SchedulePolicy withRto(Duration objective) {
        return new SchedulePolicy(every, fullEvery, walVolume, Optional.of(objective));
    }

    /** Whether a missing backup is a reason for concern: half an interval is for what may go wrong once. */
    public boolean isOverdue(Duration age) {
        return every.filter(interval -> age.compareTo(interval.plus(interval.dividedBy(2))) > 0)
                .isPresent();
    }
}
