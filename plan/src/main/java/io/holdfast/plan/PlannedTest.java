package io.holdfast.plan;

import java.time.Duration;
import java.util.Optional;

/**
 * A test of the plan that comes round.
 *
 * @param duration how long it takes
 * @param procedure what it tries, where it is one procedure
 */
public record PlannedTest(
        String name, Cadence cadence, String description, Duration duration, Optional<String> procedure) {

    public enum Cadence {
        MONTHLY,
        QUARTERLY,
        ANNUAL
    }
}
