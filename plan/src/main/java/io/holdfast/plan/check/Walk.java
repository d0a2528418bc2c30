package io.holdfast.plan.check;

import io.holdfast.plan.Plan;
import io.holdfast.plan.procedure.ActionCall;
import io.holdfast.plan.procedure.Procedure;
import io.holdfast.plan.procedure.Step;
import io.holdfast.plan.procedure.Template;
import io.holdfast.plan.procedure.Ungraceful;
import io.holdfast.plan.procedure.Work;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The steps of a procedure in order, those within others too. */
final class Walk {

    private Walk() {}

    /**
     * A step, and where it is in the file.
     *
     * @param members where it, and what it is within, may run only
     */
    record Visited(Step step, List<String> path, List<Template> members) {

        Visited {
            members = List.copyOf(members);
        }
    }

    static List<Visited> steps(Procedure procedure) {
        var visited = new ArrayList<Visited>();
        visit(procedure.steps(), Paths.of("procedures", procedure.id(), "steps"), List.of(), visited);
        return visited;
    }

    private static void visit(List<Step> steps, List<String> path, List<Template> around, List<Visited> visited) {
        for (var step : steps) {
            var here = Paths.of(path, step.id());
            var members = new ArrayList<>(around);
            step.on().ifPresent(members::add);
            visited.add(new Visited(step, here, members));
            visit(step.work().inner(), Paths.of(here, "steps"), members, visited);
        }
    }

    /** Whether people are asked in a procedure, or in one that it runs. */
    static boolean asks(Plan plan, Procedure procedure) {
        return asks(plan, procedure.steps(), new HashSet<>());
    }

    /** Whether people are asked in a step: by itself, by those within it, or in a procedure that one of them runs. */
    static boolean asks(Plan plan, Step step) {
        return asks(plan, List.of(step), new HashSet<>());
    }

    private static boolean asks(Plan plan, List<Step> steps, Set<String> seen) {
        return steps.stream()
                .anyMatch(step -> step.asks()
                        || asks(plan, step.work().inner(), seen)
                        || (step.work() instanceof Work.Nested nested
                                && seen.add(nested.procedure())
                                && plan.procedure(nested.procedure())
                                        .filter(inner -> asks(plan, inner.steps(), seen))
                                        .isPresent()));
    }

    /** Every use of an action in a plan: in its procedures, and its health checks. */
    static List<Use> uses(Plan plan) {
        var uses = new ArrayList<Use>();
        plan.procedures().forEach(procedure -> uses.addAll(uses(procedure)));
        uses.addAll(health(plan));
        return uses;
    }

    static List<Use> health(Plan plan) {
        var uses = new ArrayList<Use>();
        addAll(uses, Optional.empty(), plan.health(), Use.Role.HEALTH, Paths.of("health"), List.of());
        return uses;
    }

    /** Every use of an action in a procedure itself. */
    static List<Use> uses(Procedure procedure) {
        var uses = new ArrayList<Use>();
        for (var visited : steps(procedure)) {
            add(uses, visited);
        }
        return uses;
    }

    /** Every use of an action in a step itself, not in steps within it. */
    static List<Use> ofStep(Visited visited) {
        var uses = new ArrayList<Use>();
        add(uses, visited);
        return uses;
    }

    private static void add(List<Use> uses, Visited visited) {
        var step = visited.step();
        var itself = Optional.of(step);
        var path = visited.path();
        var members = visited.members();
        addAll(uses, itself, step.gates(), Use.Role.GATE, Paths.of(path, "gates"), members);
        if (step.work() instanceof Work.Act(var call)) {
            uses.add(new Use(itself, call, Use.Role.WORK, path, members));
        }
        if (step.ungraceful() instanceof Ungraceful.Instead(var call)) {
            uses.add(new Use(itself, call, Use.Role.INSTEAD, Paths.of(path, "ungraceful"), members));
        }
        addAll(uses, itself, step.verifications(), Use.Role.VERIFICATION, Paths.of(path, "verify"), members);
    }

    private static void addAll(
            List<Use> uses,
            Optional<Step> step,
            List<ActionCall> calls,
            Use.Role role,
            List<String> path,
            List<Template> members) {
        for (var i = 0; i < calls.size(); i++) {
            uses.add(new Use(step, calls.get(i), role, Paths.of(path, Integer.toString(i)), members));
        }
    }

    /** The same with the uses in nested procedures where they happen. */
    static List<Use> usesWithNested(Plan plan, Procedure procedure) {
        var uses = new ArrayList<Use>();
        follow(plan, procedure, new HashSet<>(), uses);
        return uses;
    }

    private static void follow(Plan plan, Procedure procedure, Set<String> around, List<Use> uses) {
        if (!around.add(procedure.id())) {
            return;
        }
        for (var visited : steps(procedure)) {
            add(uses, visited);
            if (visited.step().work() instanceof Work.Nested nested) {
                plan.procedure(nested.procedure()).ifPresent(inner -> follow(plan, inner, around, uses));
            }
        }
        around.remove(procedure.id());
    }
}
