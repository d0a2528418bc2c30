package io.holdfast.plan.check;

import io.holdfast.plan.Plan;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** {@code plan.review-overdue}: the plan should have been looked at again. */
final class ReviewDate implements Rule {

    @Override
    public List<String> sections() {
        return List.of("plan");
    }

    @Override
    public void check(Plan plan, Circumstances circumstances, Report report) {
        var due = plan.document().nextReview();
        var days = ChronoUnit.DAYS.between(due, circumstances.today());
        var path = Paths.of("plan", "next-review");
        if (days > 0) {
            report.warning(
                    "plan.review-overdue",
                    "the review of %s is %d days overdue".formatted(due, days),
                    "look the plan through with %s, and set 'updated' and 'next-review'"
                            .formatted(plan.document().owner()),
                    path);
        }
        if (plan.document().updated().isAfter(circumstances.today())) {
            report.warning(
                    "plan.updated-in-future",
                    "the plan was last updated on %s, which is to come"
                            .formatted(plan.document().updated()),
                    "correct 'updated', or this machine's clock",
                    Paths.of("plan", "updated"));
        }
    }
}
