package io.holdfast.plan.check;

import io.holdfast.plan.Plan;
import io.holdfast.plan.Recurring;
import io.holdfast.plan.procedure.Parameter;
import io.holdfast.plan.procedure.Procedure;
import io.holdfast.plan.procedure.Work;
import io.holdfast.plan.yaml.NearestName;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * {@code plan.unknown-procedure}, {@code plan.unknown-environment}, {@code plan.unknown-parameter},
 * {@code plan.missing-parameter} and {@code plan.procedure-cycle}: something names a procedure that cannot be run so.
 */
final class KnownProcedures implements Rule {

    @Override
    public List<String> sections() {
        return List.of("procedures", "categories", "tests", "environments", "recurring");
    }

    @Override
    public void check(Plan plan, Circumstances circumstances, Report report) {
        for (var category : plan.categories()) {
            for (var i = 0; i < category.answers().size(); i++) {
                known(
                        plan,
                        category.answers().get(i).procedure(),
                        report,
                        Paths.of(
                                "categories",
                                Integer.toString(category.number()),
                                "answers",
                                Integer.toString(i),
                                "procedure"));
            }
        }
        for (var i = 0; i < plan.tests().size(); i++) {
            var path = Paths.of("tests", Integer.toString(i), "procedure");
            plan.tests().get(i).procedure().ifPresent(procedure -> known(plan, procedure, report, path));
        }
        for (var environment : plan.environments()) {
            var path = Paths.of("environments", environment.name());
            environment.runs().orElse(List.of()).forEach(id -> known(plan, id, report, Paths.of(path, "runs")));
            environment.variants().forEach((id, variant) -> {
                known(plan, id, report, Paths.of(path, "variants", id));
                known(plan, variant, report, Paths.of(path, "variants", id));
            });
        }
        plan.recurring().forEach(recurring -> check(plan, recurring, report));
        plan.procedures().forEach(procedure -> check(plan, procedure, report));
    }

    private static void check(Plan plan, Recurring recurring, Report report) {
        var path = Paths.of("recurring", recurring.id());
        if (plan.environment(recurring.environment()).isEmpty()) {
            var names = plan.environments().stream()
                    .map(io.holdfast.plan.Environment::name)
                    .toList();
            report.error(
                    "plan.unknown-environment",
                    "there is no environment '%s'".formatted(recurring.environment()),
                    hint(recurring.environment(), names),
                    Paths.of(path, "environment"));
        }
        if (recurring.task() instanceof Recurring.Task.Run(var id, var parameters)
                && known(plan, id, report, Paths.of(path, "procedure"))) {
            parameters(plan.procedure(id).orElseThrow(), parameters.keySet(), report, Paths.of(path, "parameters"));
        }
    }

    private static void check(Plan plan, Procedure procedure, Report report) {
        for (var visited : Walk.steps(procedure)) {
            if (!(visited.step().work() instanceof Work.Nested nested)) {
                continue;
            }
            var path = Paths.of(visited.path(), "with");
            if (!known(plan, nested.procedure(), report, Paths.of(path, "procedure"))) {
                continue;
            }
            var inner = plan.procedure(nested.procedure()).orElseThrow();
            parameters(inner, nested.parameters().keySet(), report, path);
            if (reaches(plan, inner, procedure.id(), new HashSet<>())) {
                report.error(
                        "plan.procedure-cycle",
                        "procedure '%s' would run itself, through '%s'".formatted(procedure.id(), inner.id()),
                        "let one of them end without the other",
                        path);
            }
        }
    }

    private static boolean reaches(Plan plan, Procedure from, String wanted, Set<String> seen) {
        if (from.id().equals(wanted)) {
            return true;
        }
        return seen.add(from.id())
                && Walk.steps(from).stream()
                        .map(visited -> visited.step().work())
                        .filter(Work.Nested.class::isInstance)
                        .map(work -> ((Work.Nested) work).procedure())
                        .flatMap(id -> plan.procedure(id).stream())
                        .anyMatch(inner -> reaches(plan, inner, wanted, seen));
    }

    private static void parameters(Procedure procedure, Set<String> given, Report report, List<String> path) {
        var names = procedure.parameters().stream().map(Parameter::name).toList();
        given.stream()
                .filter(name -> !names.contains(name))
                .forEach(name -> report.error(
                        "plan.unknown-parameter",
                        "procedure '%s' has no parameter '%s'".formatted(procedure.id(), name),
                        hint(name, names),
                        Paths.of(path, name)));
        procedure.parameters().stream()
                .filter(parameter -> parameter.fallback().isEmpty() && !given.contains(parameter.name()))
                .forEach(parameter -> report.error(
                        "plan.missing-parameter",
                        "procedure '%s' is not told its parameter '%s'".formatted(procedure.id(), parameter.name()),
                        parameter.description(),
                        path));
    }

    private static boolean known(Plan plan, String id, Report report, List<String> path) {
        var found = plan.procedure(id).isPresent();
        if (!found) {
            report.error(
                    "plan.unknown-procedure",
                    "there is no procedure '%s'".formatted(id),
                    hint(id, plan.procedures().stream().map(Procedure::id).toList()),
                    path);
        }
        return found;
    }

    private static String hint(String name, List<String> known) {
        return NearestName.of(name, known)
                .map("did you mean '%s'?"::formatted)
                .orElseGet(() -> known.isEmpty() ? "there are none" : "known are " + String.join(", ", known));
    }
}
