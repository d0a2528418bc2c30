package io.holdfast.plan.check;

import io.holdfast.plan.Plan;
import io.holdfast.plan.procedure.Procedure;
import java.util.List;

/** {@code plan.not-protected-again}: after recovery, the new database has no backup and no replica. */
final class BackupLast implements Rule {

    @Override
    public List<String> sections() {
        return List.of("procedures");
    }

    @Override
    public void check(Plan plan, Circumstances circumstances, Report report) {
        plan.procedures().forEach(procedure -> check(plan, procedure, report));
    }

    private static void check(Plan plan, Procedure procedure, Report report) {
        var bare = false;
        for (var use : Walk.usesWithNested(plan, procedure)) {
            if (Dangers.makesPrimary(use)) {
                bare = true;
            } else if (Dangers.protects(use)) {
                bare = false;
            }
        }
        if (bare) {
            report.warning(
                    "plan.not-protected-again",
                    "'%s' ends with a database that has neither a backup nor a replica".formatted(procedure.id()),
                    "end it with postgres.backup, aws.rds.create-snapshot or aws.rds.create-read-replica",
                    Paths.of("procedures", procedure.id()));
        }
    }
}
