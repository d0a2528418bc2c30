package io.holdfast.plan.render;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What is known to have happened. What is absent never happened, or nobody looked.
 *
 * @param dataLoss what would have been lost, had the host died then
 * @param recovery how long a restore took
 * @param proof when a backup was last restored and found intact
 * @param runs how long procedures took until the application was healthy, by id
 * @param tests when tests were last passed, by name
 */
public record Evidence(
        Optional<Measured> dataLoss,
        Optional<Measured> recovery,
        Optional<Instant> proof,
        Map<String, Measured> runs,
        Map<String, Instant> tests) {

    public static final Evidence NONE =
            new Evidence(Optional.empty(), Optional.empty(), Optional.empty(), Map.of(), Map.of());

    public Evidence {
        runs = Map.copyOf(runs);
        tests = Map.copyOf(tests);
    }

    /** A time that was taken, and when. */
    public record Measured(Duration value, Instant at) {}
}
