package io.holdfast.runbook.run;

import io.holdfast.runbook.journal.StepRow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * How long a run goes on, from how long its steps took before. Steps that hold others count by those.
 *
 * @param left of the steps that have a history
 * @param unforeseen how many have none
 */
record Forecast(Duration left, int unforeseen) {

    static Forecast of(List<StepRow> steps, Map<String, Duration> medians, Instant now) {
        var left = Duration.ZERO;
        var unforeseen = 0;
        for (var step : steps) {
            if (step.state().isEnd() || holdsOthers(step, steps)) {
                continue;
            }
            var median = medians.get(step.path());
            if (median == null) {
                unforeseen++;
            } else {
                var rest = median.minus(step.took(now).orElse(Duration.ZERO));
                left = left.plus(rest.isNegative() ? Duration.ZERO : rest);
            }
        }
        return new Forecast(left, unforeseen);
    }

    private static boolean holdsOthers(StepRow step, List<StepRow> steps) {
        return steps.stream().anyMatch(other -> other.position().startsWith(step.position() + "."));
    }
}
