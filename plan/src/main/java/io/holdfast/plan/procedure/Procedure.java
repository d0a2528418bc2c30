package io.holdfast.plan.procedure;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A named sequence of steps.
 *
 * @param id unique in its plan, for example {@code point-in-time-recovery}
 * @param use when it is to be used, in words
 * @param deadline of a whole run
 */
public record Procedure(
        String id,
        String title,
        String use,
        List<Parameter> parameters,
        Optional<Duration> deadline,
        List<Step> steps) {

    public Procedure {
        parameters = List.copyOf(parameters);
        steps = List.copyOf(steps);
    }

    public Procedure withSteps(List<Step> others) {
        return new Procedure(id, title, use, parameters, deadline, others);
    }
}
