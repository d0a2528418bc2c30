package io.holdfast.plan.check;

import io.holdfast.plan.Plan;
import io.holdfast.plan.action.TimeSpan;
import java.time.Duration;
import java.util.List;

/** {@code plan.response-too-late}: recovery is to be over before anybody must have answered. */
final class ResponseTime implements Rule {

    @Override
    public List<String> sections() {
        return List.of("categories", "communication", "procedures");
    }

    @Override
    public void check(Plan plan, Circumstances circumstances, Report report) {
        for (var category : plan.categories()) {
            for (var level : plan.communication().escalation()) {
                if (!level.title().equalsIgnoreCase(category.severity().name())) {
                    continue;
                }
                var work = category.answers().stream()
                        .flatMap(answer -> plan.procedure(answer.procedure()).stream())
                        .flatMap(procedure -> Forecast.of(plan, procedure).stream())
                        .max(Duration::compareTo)
                        .orElse(Duration.ZERO);
                var total = level.respondWithin().plus(work);
                if (total.compareTo(category.recoveryWithin()) > 0) {
                    report.warning(
                            "plan.response-too-late",
                            "category %d (%s) is to be over within %s; %s is answered within %s%s"
                                    .formatted(
                                            category.number(),
                                            level.title().toLowerCase(java.util.Locale.ROOT),
                                            TimeSpan.inWords(category.recoveryWithin()),
                                            level.level(),
                                            TimeSpan.inWords(level.respondWithin()),
                                            work.isZero()
                                                    ? ""
                                                    : ", and the work may take %s, which makes %s"
                                                            .formatted(
                                                                    TimeSpan.inWords(work), TimeSpan.inWords(total))),
                            "answer earlier, raise the severity, or promise less",
                            Paths.of("categories", Integer.toString(category.number()), "recovery-within"));
                }
            }
        }
    }
}
