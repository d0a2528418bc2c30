package io.holdfast.plan.check;

import io.holdfast.plan.Environment;
import io.holdfast.plan.Plan;
import io.holdfast.plan.Recurring;
import io.holdfast.plan.procedure.Template;
import io.holdfast.plan.procedure.Template.Reference;
import io.holdfast.plan.procedure.Value;
import java.util.List;

/**
 * {@code plan.unknown-reference}, {@code plan.recurring-asks}: recurring work that cannot begin when it is due, because
 * nobody is there who could say what is missing, or who could be told apart from those who must approve.
 */
final class StartableRecurring implements Rule {

    @Override
    public List<String> sections() {
        return List.of("recurring", "procedures", "environments");
    }

    @Override
    public void check(Plan plan, Circumstances circumstances, Report report) {
        for (var recurring : plan.recurring()) {
            if (recurring.task() instanceof Recurring.Task.Run(var id, var parameters)) {
                plan.environment(recurring.environment()).ifPresent(where -> {
                    var path = Paths.of("recurring", recurring.id());
                    parameters.forEach(
                            (name, value) -> known(value, where, report, Paths.of(path, "parameters", name)));
                    plan.procedure(id, where)
                            .filter(procedure -> Walk.asks(plan, procedure))
                            .ifPresent(procedure -> report.error(
                                    "plan.recurring-asks",
                                    "procedure '%s' asks for approvals, and nobody starts what comes round by itself"
                                            .formatted(procedure.id()),
                                    "let it do its work without asking, or let a person start it",
                                    Paths.of(path, "procedure")));
                });
            }
        }
    }

    private static void known(Value value, Environment where, Report report, List<String> path) {
        switch (value) {
            case Value.Text(var template) -> known(template, where, report, path);
            case Value.Listing(var values) -> values.forEach(inner -> known(inner, where, report, path));
            case Value.Mapping(var values) -> values.values().forEach(inner -> known(inner, where, report, path));
        }
    }

    private static void known(Template template, Environment where, Report report, List<String> path) {
        template.references().stream()
                .filter(reference -> !isKnown(reference, where))
                .forEach(reference -> report.error(
                        "plan.unknown-reference",
                        "%s is not known when recurring work begins in environment '%s'"
                                .formatted(reference, where.name()),
                        "write the value, or ${environment.NAME} of a value of that environment",
                        path));
    }

    private static boolean isKnown(Reference reference, Environment where) {
        var name = String.join(".", reference.path().subList(1, reference.path().size()));
        return reference.scope().equals("environment")
                && (name.equals("name") || where.values().containsKey(name));
    }
}
