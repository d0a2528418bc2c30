package io.holdfast.plan.check;

import io.holdfast.plan.Plan;
import java.util.List;

/** {@code plan.promotion-without-fence}: a replica becomes primary while the old one may still take writes. */
final class FencedPromotion implements Rule {

    @Override
    public List<String> sections() {
        return List.of("procedures");
    }

    @Override
    public void check(Plan plan, Circumstances circumstances, Report report) {
        for (var procedure : plan.procedures()) {
            var fenced = false;
            for (var use : Walk.usesWithNested(plan, procedure)) {
                fenced |= Dangers.fences(use);
                if (use.role() == Use.Role.WORK && use.is("aws.rds.promote-read-replica") && !fenced) {
                    report.warning(
                            "plan.promotion-without-fence",
                            "'%s' promotes a replica while the old primary may still take writes: the two then differ for good"
                                    .formatted(procedure.id()),
                            "fence it before: aws.rds.stop, aws.rds.deny-connections or kubernetes.traffic.deny",
                            use.path());
                }
            }
        }
    }
}
