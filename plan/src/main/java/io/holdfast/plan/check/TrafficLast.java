package io.holdfast.plan.check;

import io.holdfast.plan.Plan;
import io.holdfast.plan.procedure.Procedure;
import java.util.List;

/** {@code plan.traffic-before-check}: users are sent to a place that nobody has looked at. */
final class TrafficLast implements Rule {

    @Override
    public List<String> sections() {
        return List.of("procedures");
    }

    @Override
    public void check(Plan plan, Circumstances circumstances, Report report) {
        plan.procedures().forEach(procedure -> check(plan, procedure, report));
    }

    private static void check(Plan plan, Procedure procedure, Report report) {
        var looked = false;
        for (var use : Walk.usesWithNested(plan, procedure)) {
            if (use.is("aws.route53.change-records") && use.role() == Use.Role.WORK) {
                if (!looked) {
                    report.warning(
                            "plan.traffic-before-check",
                            "'%s' sends users to the new place before anybody has looked whether it works"
                                    .formatted(procedure.id()),
                            "look before: kubernetes.pods.check, or http.check at its own address",
                            use.path());
                }
                return;
            }
            if (use.is("http.check", "kubernetes.pods.check", "kubernetes.rollout.status")) {
                looked = true;
            } else if (Dangers.touchesApplication(use)) {
                looked = use.step().stream()
                        .flatMap(step -> step.verifications().stream())
                        .anyMatch(call ->
                                call.uses().equals("http.check") || call.uses().equals("kubernetes.pods.check"));
            }
        }
    }
}
