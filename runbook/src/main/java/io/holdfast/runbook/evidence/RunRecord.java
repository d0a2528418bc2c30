package io.holdfast.runbook.evidence;

import io.holdfast.runbook.journal.Event;
import io.holdfast.runbook.journal.RunRow;
import io.holdfast.runbook.journal.StepRow;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A run that has ended: what an entry of kind {@code RUN} holds.
 *
 * @param events what happened, in order, without what steps said
 * @param said how many lines steps said; they stay in the state database
 */
public record RunRecord(RunRow run, List<StepRow> steps, List<Asked> approvals, List<Event> events, int said) {

    public RunRecord {
        steps = List.copyOf(steps);
        approvals = List.copyOf(approvals);
        events = List.copyOf(events);
    }

    /**
     * What people were asked.
     *
     * @param body what they signed but for the first two lines, in which their decision stands
     * @param approvers who could decide, with their keys
     */
    public record Asked(
            String step,
            int attempt,
            String body,
            Map<String, String> approvers,
            int quorum,
            Instant asked,
            Instant expires,
            List<Given> decisions) {

        public Asked {
            approvers = Map.copyOf(approvers);
            decisions = List.copyOf(decisions);
        }
    }

    /** What one of them said, with the signature by which anybody can check it. */
    public record Given(String signer, String key, String decision, String signature, String comment, Instant at) {}
}
