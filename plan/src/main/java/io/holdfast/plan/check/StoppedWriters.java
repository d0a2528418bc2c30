package io.holdfast.plan.check;

import io.holdfast.plan.Plan;
import java.util.List;

/** {@code plan.writers-not-stopped}: databases are exchanged while the application writes. */
final class StoppedWriters implements Rule {

    @Override
    public List<String> sections() {
        return List.of("procedures");
    }

    @Override
    public void check(Plan plan, Circumstances circumstances, Report report) {
        for (var procedure : plan.procedures()) {
            var stopped = false;
            for (var use : Walk.usesWithNested(plan, procedure)) {
                stopped |= Dangers.stopsWriters(use);
                if (use.role() == Use.Role.WORK && use.is("postgres.swap-database") && !stopped) {
                    report.warning(
                            "plan.writers-not-stopped",
                            "'%s' exchanges databases while the application writes: what it commits in between is lost"
                                    .formatted(procedure.id()),
                            "stop it before: kubernetes.scale with replicas 0, or postgres.close-database",
                            use.path());
                }
            }
        }
    }
}
