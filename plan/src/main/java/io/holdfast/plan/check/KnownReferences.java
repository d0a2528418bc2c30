package io.holdfast.plan.check;

import io.holdfast.plan.Plan;
import io.holdfast.plan.action.ActionCatalogue;
import io.holdfast.plan.action.Output;
import io.holdfast.plan.procedure.Parameter;
import io.holdfast.plan.procedure.Procedure;
import io.holdfast.plan.procedure.Step;
import io.holdfast.plan.procedure.Template.Reference;
import io.holdfast.plan.procedure.Work;
import io.holdfast.plan.yaml.NearestName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code plan.unknown-reference}: {@code ${...}} stands for nothing, or for something that is not known yet. */
final class KnownReferences implements Rule {

    private static final List<String> SCOPES = List.of("environment", "parameters", "steps", "run", "item", "facts");
    private static final List<String> RUN =
            List.of("id", "procedure", "title", "environment", "starter", "mode", "started");

    @Override
    public List<String> sections() {
        return List.of("procedures", "health");
    }

    @Override
    public void check(Plan plan, Circumstances circumstances, Report report) {
        for (var procedure : plan.procedures()) {
            new Reading(procedure, report)
                    .steps(procedure.steps(), Paths.of("procedures", procedure.id(), "steps"), false);
        }
        Walk.health(plan).stream()
                .flatMap(use -> Templates.of(use).stream())
                .forEach(placed -> placed.template()
                        .references()
                        .forEach(reference -> afterAll(reference, placed.path(), report)));
    }

    /** Health is looked at after any procedure, so nothing that belongs to one can be meant. */
    private static void afterAll(Reference reference, List<String> path, Report report) {
        switch (reference.scope()) {
            case "parameters", "steps", "item" ->
                tell(
                        reference,
                        "health checks belong to no procedure",
                        "write ${environment.NAME}: it is known wherever a procedure runs",
                        path,
                        report);
            default -> anywhere(reference, path, report);
        }
    }

    /** What is known in every place, or nowhere. */
    private static void anywhere(Reference reference, List<String> path, Report report) {
        switch (reference.scope()) {
            case "run" -> among(reference, name(reference), RUN, "a run has no", path, report);
            case "environment", "facts" -> {
                if (name(reference).isEmpty()) {
                    tell(reference, "it names nothing", "write ${%s.NAME}".formatted(reference.scope()), path, report);
                }
            }
            default ->
                tell(
                        reference,
                        "there is no '%s'".formatted(reference.scope()),
                        nearest(reference.scope(), SCOPES),
                        path,
                        report);
        }
    }

    private static String name(Reference reference) {
        return String.join(".", reference.path().subList(1, reference.path().size()));
    }

    private static void among(
            Reference reference, String name, List<String> names, String complaint, List<String> path, Report report) {
        if (!names.contains(name)) {
            tell(reference, "%s '%s'".formatted(complaint, name), nearest(name, names), path, report);
        }
    }

    private static String nearest(String name, Collection<String> names) {
        return NearestName.of(name, names)
                .map("did you mean '%s'?"::formatted)
                .orElseGet(() -> names.isEmpty()
                        ? "there are none"
                        : "known are "
                                + String.join(", ", names.stream().sorted().toList()));
    }

    private static void tell(Reference reference, String complaint, String hint, List<String> path, Report report) {
        report.error("plan.unknown-reference", "%s stands for nothing: %s".formatted(reference, complaint), hint, path);
    }

    /** One procedure, in the order in which its steps run. */
    private static final class Reading {

        private final List<String> parameters;
        private final Map<String, List<String>> all = new HashMap<>();
        private final Set<String> known = new HashSet<>();
        private final Report report;

        Reading(Procedure procedure, Report report) {
            this.parameters =
                    procedure.parameters().stream().map(Parameter::name).toList();
            this.report = report;
            Walk.steps(procedure).forEach(visited -> all.put(visited.step().id(), outputs(visited.step())));
        }

        private static List<String> outputs(Step step) {
            return step.work() instanceof Work.Act(var call)
                    ? ActionCatalogue.find(call.uses())
                            .map(action ->
                                    action.outputs().stream().map(Output::name).toList())
                            .orElse(List.of())
                    : List.of();
        }

        void steps(List<Step> steps, List<String> path, boolean inLoop) {
            for (var step : steps) {
                step(step, Paths.of(path, step.id()), inLoop);
            }
        }

        private void step(Step step, List<String> path, boolean inLoop) {
            for (var placed : Templates.of(new Walk.Visited(step, path, List.of()))) {
                var itself = placed.role() == Use.Role.VERIFICATION ? step.id() : "";
                placed.template()
                        .references()
                        .forEach(reference -> reference(reference, placed.path(), itself, inLoop));
            }
            var inside = Paths.of(path, "steps");
            switch (step.work()) {
                case Work.Parallel(var steps) -> sideBySide(steps, inside, inLoop);
                case Work.ForEach loop -> {
                    var before = new HashSet<>(known);
                    steps(loop.steps(), inside, true);
                    known.retainAll(before); // after the loop, nobody knows which item is meant
                }
                case Work.Act _, Work.Approval _, Work.Nested _ -> {}
            }
            known.add(step.id());
        }

        /** None of them may wait for another. */
        private void sideBySide(List<Step> steps, List<String> path, boolean inLoop) {
            var after = new ArrayList<String>();
            for (var step : steps) {
                var before = new HashSet<>(known);
                step(step, Paths.of(path, step.id()), inLoop);
                after.addAll(known);
                known.retainAll(before);
            }
            known.addAll(after);
        }

        private void reference(Reference reference, List<String> path, String itself, boolean inLoop) {
            switch (reference.scope()) {
                case "parameters" ->
                    among(reference, name(reference), parameters, "the procedure has no parameter", path, report);
                case "item" -> {
                    if (!inLoop || !name(reference).isEmpty()) {
                        tell(
                                reference,
                                "there is no loop around it",
                                "write ${item} in the steps of a for-each",
                                path,
                                report);
                    }
                }
                case "steps" -> output(reference, path, itself);
                default -> anywhere(reference, path, report);
            }
        }

        private void output(Reference reference, List<String> path, String itself) {
            if (reference.path().size() < 3) {
                tell(reference, "it names no output", "write ${steps.STEP.OUTPUT}", path, report);
                return;
            }
            var step = reference.path().get(1);
            var outputs = all.get(step);
            if (outputs == null) {
                tell(
                        reference,
                        "the procedure has no step '%s'".formatted(step),
                        nearest(step, all.keySet()),
                        path,
                        report);
            } else if (!known.contains(step) && !step.equals(itself)) {
                tell(
                        reference,
                        "step '%s' has not been done by then".formatted(step),
                        "refer to steps before this one, not within another loop or beside it",
                        path,
                        report);
            } else {
                var name = String.join(
                        ".", reference.path().subList(2, reference.path().size()));
                among(reference, name, outputs, "step '%s' has no output".formatted(step), path, report);
            }
        }
    }
}
