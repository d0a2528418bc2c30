package io.holdfast.plan.check;

import io.holdfast.plan.Category;
import io.holdfast.plan.Plan;
import io.holdfast.plan.Recurring;
import io.holdfast.plan.procedure.Work;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code plan.unused-procedure}: nothing in the plan leads to a procedure. */
final class UsedProcedures implements Rule {

    @Override
    public List<String> sections() {
        return List.of("categories", "procedures", "tests", "environments", "recurring");
    }

    @Override
    public void check(Plan plan, Circumstances circumstances, Report report) {
        var used = used(plan);
        plan.procedures().stream()
                .filter(procedure -> !used.contains(procedure.id()))
                .forEach(procedure -> report.warning(
                        "plan.unused-procedure",
                        "no category, test or other procedure uses '%s'".formatted(procedure.id()),
                        "name it where it helps, or remove it",
                        Paths.of("procedures", procedure.id())));
    }

    private static Set<String> used(Plan plan) {
        var used = new HashSet<String>();
        plan.categories().stream()
                .flatMap(category -> category.answers().stream())
                .map(Category.Answer::procedure)
                .forEach(used::add);
        plan.tests().stream().flatMap(test -> test.procedure().stream()).forEach(used::add);
        plan.environments()
                .forEach(environment -> used.addAll(environment.variants().values()));
        plan.recurring().stream()
                .map(Recurring::task)
                .filter(Recurring.Task.Run.class::isInstance)
                .forEach(task -> used.add(((Recurring.Task.Run) task).procedure()));
        for (var procedure : plan.procedures()) {
            for (var visited : Walk.steps(procedure)) {
                if (visited.step().work() instanceof Work.Nested nested
                        && !nested.procedure().equals(procedure.id())) {
                    used.add(nested.procedure());
                }
            }
        }
        return used;
    }
}
