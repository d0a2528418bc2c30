package io.holdfast.plan.check;

import io.holdfast.plan.Plan;
import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.Effect;
import java.util.List;

/** {@code plan.gate-changes}: a gate, a verification or a health check would change something. */
final class GatesThatRead implements Rule {

    @Override
    public List<String> sections() {
        return List.of("procedures", "health");
    }

    @Override
    public void check(Plan plan, Circumstances circumstances, Report report) {
        Walk.uses(plan).stream()
                .filter(Use::onlyReads)
                .filter(use ->
                        use.descriptor().map(ActionDescriptor::effect).equals(java.util.Optional.of(Effect.CHANGES)))
                .forEach(use -> report.error(
                        "plan.gate-changes",
                        "'%s' changes something, so it is no gate, no verification and no health check"
                                .formatted(use.call().uses()),
                        "make it a step of its own, or use an action that only reads",
                        use.path()));
    }
}
