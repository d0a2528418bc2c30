package io.holdfast.plan.check;

import io.holdfast.plan.Plan;
import java.util.HashSet;
import java.util.List;

/** {@code plan.duplicate-step}: two steps of a procedure have one id. */
final class UniqueSteps implements Rule {

    @Override
    public List<String> sections() {
        return List.of("procedures");
    }

    @Override
    public void check(Plan plan, Circumstances circumstances, Report report) {
        for (var procedure : plan.procedures()) {
            var seen = new HashSet<String>();
            for (var visited : Walk.steps(procedure)) {
                if (!seen.add(visited.step().id())) {
                    report.error(
                            "plan.duplicate-step",
                            "procedure '%s' has two steps '%s'"
                                    .formatted(procedure.id(), visited.step().id()),
                            "give each its own id, those within other steps too",
                            visited.path());
                }
            }
        }
    }
}
