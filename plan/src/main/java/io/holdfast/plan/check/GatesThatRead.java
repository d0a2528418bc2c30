package io.holdfast.plan.check;

import io.holdfast.plan.Plan;
import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.Effect;
import java.util.List;

/** {@code plan.gate-changes}: a gate or a verification would change something. */
final class GatesThatRead implements Rule {

    @Override
    public List<String> sections() {
        return List.of("procedures");
    }

    @Override
    public void check(Plan plan, Circumstances circumstances, Report report) {
        for (var procedure : plan.procedures()) {
            Walk.uses(procedure).stream()
                    .filter(use -> use.role() == Use.Role.GATE || use.role() == Use.Role.VERIFICATION)
                    .filter(use -> use.descriptor()
                            .map(ActionDescriptor::effect)
                            .equals(java.util.Optional.of(Effect.CHANGES)))
                    .forEach(use -> report.error(
                            "plan.gate-changes",
                            "'%s' changes something, so it is no gate and no verification"
                                    .formatted(use.call().uses()),
                            "make it a step of its own, or use an action that only reads",
                            use.path()));
        }
    }
}
