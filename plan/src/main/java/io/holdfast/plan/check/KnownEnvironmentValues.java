package io.holdfast.plan.check;

import io.holdfast.plan.Environment;
import io.holdfast.plan.Plan;
import io.holdfast.plan.procedure.Procedure;
import io.holdfast.plan.procedure.Work;
import io.holdfast.plan.yaml.NearestName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code plan.unknown-reference}: {@code ${environment.x}} where the procedure runs and x has no value. */
final class KnownEnvironmentValues implements Rule {

    @Override
    public List<String> sections() {
        return List.of("procedures", "health", "environments");
    }

    @Override
    public void check(Plan plan, Circumstances circumstances, Report report) {
        for (var procedure : plan.procedures()) {
            var where = plan.environments().stream()
                    .filter(environment -> runs(plan, environment).contains(procedure.id()))
                    .toList();
            var templates = Walk.steps(procedure).stream()
                    .flatMap(visited -> Templates.of(visited).stream())
                    .toList();
            check(templates, where, plan.environments().isEmpty(), report);
        }
        var health = Walk.health(plan).stream()
                .flatMap(use -> Templates.of(use).stream())
                .toList();
        var used = plan.environments().stream()
                .filter(environment -> !runs(plan, environment).isEmpty())
                .toList();
        check(health, used, plan.environments().isEmpty(), report);
    }

    private static void check(
            List<Templates.Placed> templates, List<Environment> where, boolean nowhere, Report report) {
        for (var placed : templates) {
            for (var reference : placed.template().references()) {
                var path = reference.path();
                var name = String.join(".", path.subList(1, path.size()));
                if (!reference.scope().equals("environment") || name.isEmpty() || name.equals("name")) {
                    continue;
                }
                if (nowhere) {
                    report.error(
                            "plan.unknown-reference",
                            "%s stands for nothing: the plan has no environments".formatted(reference),
                            "give the value beneath environments.NAME.values",
                            placed.path());
                }
                lacking(where, name)
                        .ifPresent(names -> report.error(
                                "plan.unknown-reference",
                                "%s stands for nothing in environment %s".formatted(reference, names),
                                hint(where, name),
                                placed.path()));
            }
        }
    }

    private static java.util.Optional<String> lacking(List<Environment> where, String name) {
        var names = where.stream()
                .filter(environment -> !environment.values().containsKey(name))
                .map(environment -> "'" + environment.name() + "'")
                .toList();
        return names.isEmpty() ? java.util.Optional.empty() : java.util.Optional.of(String.join(", ", names));
    }

    private static String hint(List<Environment> where, String name) {
        var known = where.stream()
                .flatMap(environment -> environment.values().keySet().stream())
                .distinct()
                .filter(other -> !other.equals(name))
                .toList();
        return NearestName.of(name, known)
                .map(
                        "did you mean '%s'? Otherwise give it a value there, or leave the procedure out of its 'runs'"
                                ::formatted)
                .orElse("give it a value there, or leave the procedure out of its 'runs'");
    }

    /** The procedures that can run there, nested ones too. */
    private static Set<String> runs(Plan plan, Environment environment) {
        var found = new HashSet<String>();
        var open = new ArrayList<Procedure>(plan.procedures().stream()
                .filter(procedure -> plan.runsIn(procedure, environment))
                .toList());
        while (!open.isEmpty()) {
            var procedure = open.removeLast();
            if (found.add(procedure.id())) {
                Walk.steps(procedure).stream()
                        .map(visited -> visited.step().work())
                        .filter(Work.Nested.class::isInstance)
                        .map(Work.Nested.class::cast)
                        .flatMap(nested -> plan.procedure(nested.procedure()).stream())
                        .forEach(open::add);
            }
        }
        return found;
    }
}
