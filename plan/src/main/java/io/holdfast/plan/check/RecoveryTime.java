package io.holdfast.plan.check;

import io.holdfast.plan.Category;
import io.holdfast.plan.Plan;
import io.holdfast.plan.action.TimeSpan;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * {@code plan.objective-rto}, {@code plan.unknown-duration}, {@code plan.objectives-differ}: how long recovery takes,
 * against how long it may.
 */
final class RecoveryTime implements Rule {

    @Override
    public List<String> sections() {
        return List.of("objectives", "categories", "procedures");
    }

    @Override
    public void check(Plan plan, Circumstances circumstances, Report report) {
        order(plan, report);
        var unknown = new LinkedHashSet<String>();
        for (var category : plan.categories()) {
            for (var answer : category.answers()) {
                plan.procedure(answer.procedure()).ifPresent(procedure -> {
                    var measured = circumstances.measured().get(procedure.id());
                    var planned = Forecast.of(plan, procedure);
                    if (measured != null) {
                        tell(category, answer.procedure(), "took", measured, report);
                    } else if (planned.isPresent()) {
                        tell(category, answer.procedure(), "may take", planned.get(), report);
                    } else {
                        unknown.add(procedure.id());
                    }
                });
            }
        }
        if (!unknown.isEmpty()) {
            report.warning(
                    "plan.unknown-duration",
                    "nothing says how long these take, against an RTO of %s: %s"
                            .formatted(TimeSpan.inWords(plan.objectives().rto().target()), String.join(", ", unknown)),
                    "run each in a drill, or give it a deadline, or each of its steps a timeout",
                    Paths.of("procedures"));
        }
    }

    private static void order(Plan plan, Report report) {
        var rto = plan.objectives().rto().target();
        var mttr = plan.objectives().mttr().target();
        if (mttr.compareTo(rto) > 0) {
            report.warning(
                    "plan.objectives-differ",
                    "on average recovery may take %s, and at most %s".formatted(words(mttr), words(rto)),
                    "an average lies below its bound",
                    Paths.of("objectives", "mttr"));
        }
        plan.categories().stream()
                .filter(category -> category.recoveryWithin().compareTo(rto) > 0)
                .forEach(category -> report.warning(
                        "plan.objectives-differ",
                        "category %d may take %s, and the RTO is %s"
                                .formatted(category.number(), words(category.recoveryWithin()), words(rto)),
                        "bring the two together",
                        Paths.of("categories", Integer.toString(category.number()), "recovery-within")));
    }

    private static void tell(Category category, String procedure, String verb, Duration time, Report report) {
        var bound = category.recoveryWithin();
        var path = Paths.of("procedures", procedure);
        if (time.compareTo(bound) > 0) {
            report.warning(
                    "plan.objective-rto",
                    "'%s' %s %s, %s more than the %s of category %d"
                            .formatted(
                                    procedure,
                                    verb,
                                    words(time),
                                    words(time.minus(bound)),
                                    words(bound),
                                    category.number()),
                    "make it quicker, or promise less",
                    path);
        } else {
            report.passed(
                    "plan.objective-rto",
                    "'%s' %s %s, within the %s of category %d"
                            .formatted(procedure, verb, words(time), words(bound), category.number()),
                    path);
        }
    }

    private static String words(Duration span) {
        return TimeSpan.inWords(span);
    }
}
