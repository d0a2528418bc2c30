package io.holdfast.plan.diff;

import io.holdfast.plan.Plan;
import io.holdfast.plan.procedure.Procedure;
import io.holdfast.plan.procedure.Step;
import io.holdfast.plan.render.StepText;
import io.holdfast.plan.render.Words;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What changed in procedures: steps that came, went, moved or do something else. */
final class ProcedureChanges {

    private final Plan before;
    private final Plan after;
    private final List<String> sentences = new ArrayList<>();

    private ProcedureChanges(Plan before, Plan after) {
        this.before = before;
        this.after = after;
    }

    static List<String> between(Plan before, Plan after) {
        var changes = new ProcedureChanges(before, after);
        for (var was : before.procedures()) {
            after.procedure(was.id())
                    .ifPresentOrElse(
                            is -> changes.compare(was, is),
                            () -> changes.sentences.add("procedure %s: removed".formatted(was.id())));
        }
        after.procedures().stream()
                .filter(is -> before.procedure(is.id()).isEmpty())
                .forEach(is -> changes.sentences.add("procedure %s: new, '%s', with %d steps"
                        .formatted(is.id(), is.title(), is.steps().size())));
        return changes.sentences;
    }

    private void compare(Procedure was, Procedure is) {
        sentences.addAll(Subjects.compare(said(was), said(is)));
        var former = steps(was.steps());
        var present = steps(is.steps());
        former.keySet().stream()
                .filter(id -> !present.containsKey(id))
                .forEach(id -> sentences.add("procedure %s: step %s is gone".formatted(was.id(), id)));
        var previous = "";
        for (var step : present.values()) {
            var old = former.get(step.id());
            if (old == null) {
                sentences.add("procedure %s: new step %s %s: %s (%s)"
                        .formatted(
                                is.id(),
                                step.id(),
                                previous.isEmpty() ? "at the beginning" : "after " + previous,
                                step.title(),
                                String.join("; ", StepText.lines(step))));
            } else {
                compare(is.id(), old, step);
            }
            previous = step.id();
        }
        order(is.id(), former, present);
    }

    private static Subjects said(Procedure procedure) {
        var name = "procedure %s".formatted(procedure.id());
        var said = new Subjects()
                .say(name, "title", procedure.title())
                .say(name, "use", procedure.use())
                .say(name, "deadline", procedure.deadline().map(Words::of).orElse(""));
        procedure
                .parameters()
                .forEach(parameter -> said.say(
                        name,
                        "parameter " + parameter.name(),
                        "%s, %s, %s"
                                .formatted(
                                        Words.of(parameter.type()),
                                        parameter
                                                .fallback()
                                                .map(text -> "default '" + text + "'")
                                                .orElse("required"),
                                        parameter.description())));
        return said;
    }

    private void compare(String procedure, Step was, Step is) {
        if (!was.title().equals(is.title())) {
            sentences.add("procedure %s: step %s is called '%s', was '%s'"
                    .formatted(procedure, is.id(), is.title(), was.title()));
        }
        var former = StepText.lines(was);
        var present = StepText.lines(is);
        present.stream()
                .filter(line -> !former.contains(line))
                .forEach(line -> sentences.add("procedure %s: step %s now: %s".formatted(procedure, is.id(), line)));
        former.stream()
                .filter(line -> !present.contains(line))
                .forEach(line ->
                        sentences.add("procedure %s: step %s no longer: %s".formatted(procedure, is.id(), line)));
        if (!before.byHand().of(procedure, was.id()).equals(after.byHand().of(procedure, is.id()))) {
            sentences.add("procedure %s: step %s has other commands for people".formatted(procedure, is.id()));
        }
    }

    private void order(String procedure, Map<String, Step> former, Map<String, Step> present) {
        var was = former.keySet().stream().filter(present::containsKey).toList();
        var is = present.keySet().stream().filter(former::containsKey).toList();
        if (!was.equals(is)) {
            sentences.add("procedure %s: the order of steps is %s, was %s"
                    .formatted(procedure, String.join(", ", is), String.join(", ", was)));
        }
    }

    private static Map<String, Step> steps(List<Step> steps) {
        var found = new LinkedHashMap<String, Step>();
        collect(steps, found);
        return found;
    }

    private static void collect(List<Step> steps, Map<String, Step> found) {
        for (var step : steps) {
            found.put(step.id(), step);
            collect(step.work().inner(), found);
        }
    }
}
