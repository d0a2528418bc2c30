package io.holdfast.plan.check;

import io.holdfast.plan.Plan;
import io.holdfast.plan.procedure.Ungraceful;
import io.holdfast.plan.procedure.Work;
import java.util.List;

/** {@code plan.ungraceful-instead}: an action is to take the place of what is no action, which it does not. */
final class ReplaceableSteps implements Rule {

    @Override
    public List<String> sections() {
        return List.of("procedures");
    }

    @Override
    public void check(Plan plan, Circumstances circumstances, Report report) {
        plan.procedures().stream()
                .flatMap(procedure -> Walk.steps(procedure).stream())
                .filter(visited -> visited.step().ungraceful() instanceof Ungraceful.Instead)
                .filter(visited -> !(visited.step().work() instanceof Work.Act))
                .forEach(visited -> report.error(
                        "plan.ungraceful-instead",
                        "step '%s' is no action, so no other action can take its place in an ungraceful run"
                                .formatted(visited.step().id()),
                        "say it of the steps within it, or write 'skip'",
                        Paths.of(visited.path(), "ungraceful")));
    }
}
