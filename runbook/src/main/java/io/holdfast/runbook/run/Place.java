package io.holdfast.runbook.run;

import io.holdfast.plan.procedure.Step;
import io.holdfast.plan.procedure.Work;
import io.holdfast.runbook.journal.Definition;
import io.holdfast.runbook.journal.RunRefusedException;
import io.holdfast.runbook.journal.StepRow;
import java.util.ArrayList;
import java.util.List;

/**
 * Where in a run a step is.
 *
 * @param path its name within the run
 * @param position sorts as steps are executed
 */
record Place(String path, String position) {

    private static final int DEEPEST = 50;

    static final Place ROOT = new Place("", "");

    /** Of a step within this one. */
    Place step(int index, String id) {
        return new Place(path.isEmpty() ? id : path + "/" + id, "%s%04d".formatted(dotted(), index));
    }

    /** Of one turn of the loop that this is. */
    Place turn(int index) {
        return new Place("%s[%d]".formatted(path, index), "%s%04d".formatted(dotted(), index));
    }

    private String dotted() {
        return position.isEmpty() ? "" : position + ".";
    }

    /** Rows for steps within this one and, but for loops, for all that are within those. */
    List<StepRow> rows(List<Step> steps, Definition definition) {
        if (path.chars().filter(c -> c == '/').count() > DEEPEST) {
            throw new RunRefusedException(
                    "procedure '%s' nests others without end".formatted(definition.procedure()),
                    "let none of them come back to one that it is nested in");
        }
        var rows = new ArrayList<StepRow>();
        for (var i = 0; i < steps.size(); i++) {
            var step = steps.get(i);
            var place = step(i, step.id());
            rows.add(StepRow.pending(place.path, place.position, step.title(), kind(step.work())));
            rows.addAll(
                    switch (step.work()) {
                        case Work.Act _, Work.Approval _, Work.ForEach _ -> List.<StepRow>of();
                        case Work.Parallel(var inner) -> place.rows(inner, definition);
                        case Work.Nested nested ->
                            place.rows(definition.named(nested.procedure()).steps(), definition);
                    });
        }
        return rows;
    }

    static String kind(Work work) {
        return switch (work) {
            case Work.Act(var action) -> action.uses();
            case Work.Approval _ -> "approval";
            case Work.Parallel _ -> "parallel";
            case Work.ForEach _ -> "for-each";
            case Work.Nested nested -> "procedure " + nested.procedure();
        };
    }
}
