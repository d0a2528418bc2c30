package io.holdfast.runbook.run;

import io.holdfast.runbook.approval.ApprovalRequest;
import io.holdfast.runbook.journal.RunRow;
import io.holdfast.runbook.journal.StepRow;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A run as a person looks at it.
 *
 * @param steps in their order; {@link StepRow#path()} says which is within which
 * @param asked what people are asked now
 * @param medians how long steps took in earlier runs, by path; those without history are not in it
 * @param elapsed since the start: until it was green or ended, or until now
 * @param forecast how long it goes on after now, as far as history knows; empty once its steps have ended
 * @param unforeseen how many of the steps to come have no history
 * @param heldBy who executes it now; empty: nobody who is alive
 */
public record RunView(
        RunRow run,
        List<StepRow> steps,
        List<ApprovalRequest> asked,
        Map<String, Duration> medians,
        Duration elapsed,
        Optional<Duration> forecast,
        int unforeseen,
        Optional<String> heldBy) {

    public RunView {
        steps = List.copyOf(steps);
        asked = List.copyOf(asked);
        medians = Map.copyOf(medians);
    }

    /** What is left of the objective; negative when it is missed; empty where there is none. */
    public Optional<Duration> left() {
        return run.objective().map(objective -> objective.minus(elapsed));
    }
}
