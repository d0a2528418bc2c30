package io.holdfast.plan.diff;

import io.holdfast.plan.Plan;
import io.holdfast.plan.diff.PlanChanges.Section;
import io.holdfast.plan.procedure.Step;
import io.holdfast.plan.procedure.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Compares two plans. */
public final class PlanDiff {

    private PlanDiff() {}

    public static PlanChanges between(Plan before, Plan after) {
        var sections = new ArrayList<Section>();
        add(sections, "The plan", before, after, Said::document);
        add(sections, "Objectives", before, after, Said::objectives);
        add(sections, "Disaster categories", before, after, Said::categories);
        add(sections, "Backups", before, after, Said::backups);
        add(sections, "What recovery itself needs", before, after, Said::safekeeping);
        add(sections, "Health", before, after, Said::health);
        add(sections, "Procedures", ProcedureChanges.between(before, after));
        add(sections, "Communication", before, after, Said::communication);
        add(sections, "Tests", before, after, Said::tests);
        add(sections, "Checklists", before, after, Said::checklists);
        add(sections, "Contacts", before, after, Said::contacts);
        add(sections, "Environments and recurring work", before, after, Said::environments);
        var same = before.hash().equals(after.hash());
        if (!same && sections.isEmpty()) {
            // Whatever counts for the hash and has no sentence of its own must not pass as no change.
            add(
                    sections,
                    "The plan",
                    List.of(
                            "something differs that has no sentence of its own, such as the order of things: compare the files"));
        }
        return new PlanChanges(
                name(before),
                name(after),
                sections,
                same ? List.of() : needed(before),
                same ? List.of() : voided(before));
    }

    private static void add(
            List<Section> sections, String title, Plan before, Plan after, Function<Plan, Subjects> said) {
        add(sections, title, Subjects.compare(said.apply(before), said.apply(after)));
    }

    private static void add(List<Section> sections, String title, List<String> changes) {
        if (!changes.isEmpty()) {
            sections.add(new Section(title, changes));
        }
    }

    private static String name(Plan plan) {
        return "%s, version %s of %s (%s)"
                .formatted(
                        plan.document().name(),
                        plan.document().version(),
                        plan.document().updated(),
                        plan.hash().shortened());
    }

    /** The old plan decides: a new one could ask for less. */
    private static List<String> needed(Plan before) {
        return before.document().changes().stream()
                .map(changes ->
                        "%d of %s, as the old plan says".formatted(changes.quorum(), String.join(", ", changes.from())))
                .toList();
    }

    /** Each approval is bound to the hash of the plan it was given for. */
    private static List<String> voided(Plan before) {
        return before.procedures().stream()
                .flatMap(procedure -> approvals(procedure.steps()).stream()
                        .map(step -> "procedure %s, step %s: %s"
                                .formatted(
                                        procedure.id(), step.id(), step.title().toLowerCase(Locale.ROOT))))
                .toList();
    }

    private static List<Step> approvals(List<Step> steps) {
        var found = new ArrayList<Step>();
        for (var step : steps) {
            if (step.work() instanceof Work.Approval) {
                found.add(step);
            }
            found.addAll(approvals(step.work().inner()));
        }
        return found;
    }
}
