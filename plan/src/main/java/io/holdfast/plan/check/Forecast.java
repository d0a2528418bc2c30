package io.holdfast.plan.check;

import io.holdfast.plan.Plan;
import io.holdfast.plan.procedure.Procedure;
import io.holdfast.plan.procedure.Step;
import io.holdfast.plan.procedure.Work;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How long a procedure may take, as far as the plan says. */
final class Forecast {

    private Forecast() {}

    /** Its deadline, or else the time-outs of its steps; empty where neither is there. */
    static Optional<Duration> of(Plan plan, Procedure procedure) {
        return of(plan, procedure, new HashSet<>());
    }

    private static Optional<Duration> of(Plan plan, Procedure procedure, Set<String> around) {
        if (procedure.deadline().isPresent()) {
            return procedure.deadline();
        }
        return around.add(procedure.id()) ? sum(plan, procedure.steps(), around) : Optional.empty();
    }

    private static Optional<Duration> sum(Plan plan, List<Step> steps, Set<String> around) {
        return steps.stream()
                .map(step -> of(plan, step, around))
                .reduce(Optional.of(Duration.ZERO), (a, b) -> a.flatMap(one -> b.map(one::plus)));
    }

    private static Optional<Duration> of(Plan plan, Step step, Set<String> around) {
        return switch (step.work()) {
            case Work.Act _ -> step.timeout().map(timeout -> attempts(step, timeout));
            case Work.Approval approval -> Optional.of(approval.expires());
            case Work.Parallel(var steps) ->
                steps.stream()
                        .map(inner -> of(plan, inner, around))
                        .reduce(
                                Optional.of(Duration.ZERO),
                                (a, b) -> a.flatMap(one -> b.map(other -> one.compareTo(other) > 0 ? one : other)));
            case Work.ForEach loop -> {
                var rounds = (loop.items().size() + loop.limit() - 1) / loop.limit();
                yield sum(plan, loop.steps(), around).map(once -> once.multipliedBy(rounds));
            }
            case Work.Nested nested ->
                plan.procedure(nested.procedure()).flatMap(inner -> of(plan, inner, new HashSet<>(around)));
        };
    }

    /** With every wait between them, doubled each time. */
    private static Duration attempts(Step step, Duration timeout) {
        var total = timeout;
        var delay = step.retry().delay();
        for (var i = 1; i < step.retry().attempts(); i++) {
            total = total.plus(delay).plus(timeout);
            delay = delay.multipliedBy(2);
        }
        return total;
    }
}
