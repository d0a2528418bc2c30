package io.holdfast.plan.procedure;

import java.time.Duration;

/**
 * How often a step is tried when its action says that another attempt may help.
 *
 * @param attempts in all, at least 1
 * @param delay before the second; doubled before each further one
 */
public record Retry(int attempts, Duration delay) {

    public static final Retry NONE = new Retry(1, Duration.ZERO);
}
