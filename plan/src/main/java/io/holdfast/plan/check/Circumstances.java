package io.holdfast.plan.check;

import java.time.Duration;
import java.time.LocalDate;
import java.util.Map;

/**
 * What a check knows besides the plan.
 *
 * @param measured how long procedures took, by id, as far as they were run
 */
public record Circumstances(LocalDate today, Map<String, Duration> measured) {

    public Circumstances {
        measured = Map.copyOf(measured);
    }

    public static Circumstances on(LocalDate today) {
        return new Circumstances(today, Map.of());
    }
}
