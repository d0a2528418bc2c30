package io.holdfast.postgres.protect;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * When backups are wanted; whichever condition is met first counts.
 *
 * @param every longest time between the beginnings of two backups
 * @param fullEvery longest time between the beginnings of two full ones; absent: one is enough for ever
 * @param walVolume most bytes of WAL after the start of the newest backup
 * @param rto longest time that a restore may take
 */
public record SchedulePolicy(
        Duration every, Optional<Duration> fullEvery, OptionalLong walVolume, Optional<Duration> rto) {

    public static SchedulePolicy every(Duration interval) {
        return new SchedulePolicy(interval, Optional.empty(), OptionalLong.empty(), Optional.empty());
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

    /** From when on a missing backup is a reason for concern: half an interval for what may go wrong once. */
    public Duration overdueAfter() {
        return every.plus(every.dividedBy(2));
    }
}
