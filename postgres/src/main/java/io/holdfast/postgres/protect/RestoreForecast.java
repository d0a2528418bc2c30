package io.holdfast.postgres.protect;

import io.holdfast.postgres.wal.Lsn;
import java.time.Duration;

/**
 * How long a restore to the latest point would take now: the newest backup is copied, then the WAL after its start is
 * replayed.
 */
public record RestoreForecast(long bytes, Rate copy, long walBytes, Rate replay) {

    /**
     * With a backup and the WAL after its start.
     *
     * @param end of the WAL that there is
     */
    public static RestoreForecast of(TakenBackup backup, Lsn end, RestoreRates rates) {
        return new RestoreForecast(
                backup.bytes(), rates.copy(), Math.max(0, end.minus(backup.start())), rates.replay());
    }

    public Duration copyTime() {
        return copy.timeFor(bytes);
    }

    public Duration replayTime() {
        return replay.timeFor(walBytes);
    }

    public Duration total() {
        return copyTime().plus(replayTime());
    }
}
