package io.holdfast.cli.status;

import io.holdfast.postgres.protect.Rate;
import io.holdfast.postgres.protect.RestoreForecast;
import io.holdfast.postgres.protect.SchedulePolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * How long a restore to the latest point would take, and what that is computed from.
 *
 * @param seconds copying, then replaying
 * @param objectiveSeconds what was asked for, if anything was
 * @param copyBytes of the newest backup
 * @param walBytes after its start
 */
public record RestoreTime(
        double seconds, Optional<Double> objectiveSeconds, long copyBytes, Speed copy, long walBytes, Speed replay) {

    /**
     * A rate.
     *
     * @param basis {@code restore}, {@code backup} or {@code assumed}
     * @param measured when; absent where it was assumed
     */
    public record Speed(long bytesPerSecond, String basis, String meaning, Optional<Instant> measured) {

        static Speed of(Rate rate) {
            return new Speed(
                    rate.bytesPerSecond(),
                    rate.basis().name().toLowerCase(Locale.ROOT),
                    rate.basis().meaning(),
                    rate.measured());
        }
    }

    static RestoreTime of(RestoreForecast forecast, SchedulePolicy policy) {
        return new RestoreTime(
                seconds(forecast.total()),
                policy.rto().map(RestoreTime::seconds),
                forecast.bytes(),
                Speed.of(forecast.copy()),
                forecast.walBytes(),
                Speed.of(forecast.replay()));
    }

    boolean missesObjective() {
        return objectiveSeconds.filter(objective -> seconds > objective).isPresent();
    }

    String concern() {
        return "a restore would take about %d s, the objective is %d s: take backups more often or restore faster"
                .formatted(Math.round(seconds), Math.round(objectiveSeconds.orElse(0.0)));
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }
}
