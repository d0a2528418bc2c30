package io.holdfast.plan.check;

import io.holdfast.plan.Plan;
import io.holdfast.plan.procedure.Procedure;
import java.util.List;

/** {@code plan.health-not-checked}: a procedure ends without a look at the application. */
final class HealthLast implements Rule {

    @Override
    public List<String> sections() {
        return List.of("procedures");
    }

    @Override
    public void check(Plan plan, Circumstances circumstances, Report report) {
        plan.procedures().forEach(procedure -> check(plan, procedure, report));
    }

    private static void check(Plan plan, Procedure procedure, Report report) {
        var touched = false;
        for (var use : Walk.usesWithNested(plan, procedure)) {
            if (Dangers.touchesApplication(use)) {
                touched = true;
            } else if (use.is("http.check")) {
                touched = false;
            }
        }
        if (touched) {
            report.warning(
                    "plan.health-not-checked",
                    "'%s' ends without a look whether the application works".formatted(procedure.id()),
                    "end it with http.check: recovery time counts until the application is healthy",
                    Paths.of("procedures", procedure.id()));
        }
    }
}
