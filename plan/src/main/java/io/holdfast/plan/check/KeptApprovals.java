package io.holdfast.plan.check;

import io.holdfast.plan.Plan;
import io.holdfast.plan.procedure.Ungraceful;
import io.holdfast.plan.procedure.Work;
import java.util.List;

/**
 * {@code plan.approval-left-out}: whoever starts the run chooses whether it is an ungraceful one, and so whether anybody
 * else is asked.
 */
final class KeptApprovals implements Rule {

    @Override
    public List<String> sections() {
        return List.of("procedures");
    }

    @Override
    public void check(Plan plan, Circumstances circumstances, Report report) {
        for (var procedure : plan.procedures()) {
            for (var visited : Walk.steps(procedure)) {
                var step = visited.step();
                if (step.ungraceful() instanceof Ungraceful.Skip && Walk.asks(plan, step)) {
                    report.warning(
                            "plan.approval-left-out",
                            "step '%s' of '%s' %s, and an ungraceful run leaves it out: whoever starts it decides alone"
                                    .formatted(
                                            step.id(),
                                            procedure.id(),
                                            step.work() instanceof Work.Approval
                                                    ? "is an approval"
                                                    : "holds an approval"),
                            "let people be asked in either mode: take 'ungraceful: skip' away, or ask fewer of them with a lower quorum",
                            Paths.of(visited.path(), "ungraceful"));
                }
            }
        }
    }
}
