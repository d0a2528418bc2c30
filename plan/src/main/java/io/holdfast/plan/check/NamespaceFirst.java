package io.holdfast.plan.check;

import io.holdfast.plan.Plan;
import io.holdfast.plan.procedure.Procedure;
import java.util.List;

/** {@code plan.namespace-missing}: in a new cluster, something is made in a namespace that nobody has made. */
final class NamespaceFirst implements Rule {

    @Override
    public List<String> sections() {
        return List.of("procedures");
    }

    @Override
    public void check(Plan plan, Circumstances circumstances, Report report) {
        plan.procedures().forEach(procedure -> check(plan, procedure, report));
    }

    private static void check(Plan plan, Procedure procedure, Report report) {
        var newCluster = false;
        for (var use : Walk.usesWithNested(plan, procedure)) {
            if (use.role() != Use.Role.WORK) {
                continue;
            }
            newCluster |= use.is("aws.eks.create-cluster");
            if (use.is("kubernetes.namespace.create")
                    || use.input("create-namespace").equals("true")) {
                return;
            }
            if (newCluster && use.call().with().containsKey("namespace")) {
                report.warning(
                        "plan.namespace-missing",
                        "'%s' works in a namespace of a new cluster, and no step before '%s' makes it"
                                .formatted(procedure.id(), use.place()),
                        "add a step before it: uses: kubernetes.namespace.create",
                        use.path());
                return;
            }
        }
    }
}
