package io.holdfast.plan.check;

import io.holdfast.plan.procedure.Step;
import io.holdfast.plan.procedure.Template;
import io.holdfast.plan.procedure.Value;
import io.holdfast.plan.procedure.Work;
import java.util.ArrayList;
import java.util.List;

/** Every text of a step in which references may stand. */
final class Templates {

    private Templates() {}

    /**
     * A text, and where it is in the file.
     *
     * @param role of the action that it is an input of
     */
    record Placed(Template template, List<String> path, Use.Role role) {}

    /** Of the step itself, not of steps within it. */
    static List<Placed> of(Walk.Visited visited) {
        var found = new ArrayList<Placed>();
        var step = visited.step();
        var path = visited.path();
        step.when().ifPresent(condition -> {
            found.add(new Placed(condition.left(), Paths.of(path, "when"), Use.Role.GATE));
            found.add(new Placed(condition.right(), Paths.of(path, "when"), Use.Role.GATE));
        });
        step.on().ifPresent(member -> found.add(new Placed(member, Paths.of(path, "on"), Use.Role.GATE)));
        ofWork(step, path, found);
        Walk.ofStep(visited).forEach(use -> ofCall(use, found));
        return found;
    }

    static List<Placed> of(Use use) {
        var found = new ArrayList<Placed>();
        ofCall(use, found);
        return found;
    }

    private static void ofWork(Step step, List<String> path, List<Placed> found) {
        switch (step.work()) {
            case Work.Approval approval ->
                found.add(new Placed(approval.shown(), Paths.of(path, "with", "shown"), Use.Role.WORK));
            case Work.ForEach loop ->
                loop.items().forEach(item -> found.add(new Placed(item, Paths.of(path, "for-each"), Use.Role.WORK)));
            case Work.Nested nested ->
                nested.parameters()
                        .forEach((name, value) -> collect(value, Paths.of(path, "with", name), Use.Role.WORK, found));
            case Work.Act _, Work.Parallel _ -> {}
        }
    }

    private static void ofCall(Use use, List<Placed> found) {
        use.call().with().forEach((name, value) -> collect(value, use.path(name), use.role(), found));
    }

    private static void collect(Value value, List<String> path, Use.Role role, List<Placed> found) {
        switch (value) {
            case Value.Text(var template) -> found.add(new Placed(template, path, role));
            case Value.Listing(var values) -> {
                for (var i = 0; i < values.size(); i++) {
                    collect(values.get(i), Paths.of(path, Integer.toString(i)), role, found);
                }
            }
            case Value.Mapping(var values) ->
                values.forEach((name, inner) -> collect(inner, Paths.of(path, name), role, found));
        }
    }
}
