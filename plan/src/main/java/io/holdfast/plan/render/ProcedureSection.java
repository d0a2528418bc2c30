package io.holdfast.plan.render;

import io.holdfast.plan.Plan;
import io.holdfast.plan.procedure.Condition;
import io.holdfast.plan.procedure.Procedure;
import io.holdfast.plan.procedure.Step;
import io.holdfast.plan.procedure.Work;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is done, step by step. */
final class ProcedureSection {

    private final Plan plan;
    private final Evidence evidence;
    private final List<Block> blocks = new ArrayList<>();

    private ProcedureSection(Plan plan, Evidence evidence) {
        this.plan = plan;
        this.evidence = evidence;
    }

    static List<Block> of(Plan plan, Evidence evidence) {
        var section = new ProcedureSection(plan, evidence);
        section.blocks.add(new Block.Heading(2, "Recovery Procedures"));
        plan.health().forEach(check -> section.blocks.add(new Block.Fact("Recovered when", StepText.of(check))));
        for (var i = 0; i < plan.procedures().size(); i++) {
            section.procedure(i + 1, plan.procedures().get(i));
        }
        return section.blocks;
    }

    /** Over all procedures that ran, each by its last time. */
    static Optional<Evidence.Measured> average(Evidence evidence) {
        var runs = evidence.runs().values();
        if (runs.isEmpty()) {
            return Optional.empty();
        }
        var total = runs.stream().map(Evidence.Measured::value).reduce(Duration.ZERO, Duration::plus);
        var newest = runs.stream().map(Evidence.Measured::at).max(Instant::compareTo);
        return newest.map(at -> new Evidence.Measured(total.dividedBy(runs.size()), at));
    }

    private void procedure(int number, Procedure procedure) {
        blocks.add(new Block.Heading(3, "Procedure %d: %s".formatted(number, procedure.title())));
        blocks.add(new Block.Fact("When to use", procedure.use()));
        blocks.add(new Block.Fact("Run it", "`holdfast run %s`".formatted(procedure.id())));
        blocks.add(new Block.Fact(
                "Evidence", Words.measured(Optional.ofNullable(evidence.runs().get(procedure.id())))));
        procedure.deadline().ifPresent(deadline -> blocks.add(new Block.Fact("Deadline", Words.of(deadline))));
        if (!procedure.parameters().isEmpty()) {
            blocks.add(new Block.Table(
                    List.of("Parameter", "Default", "Description"),
                    procedure.parameters().stream()
                            .map(parameter -> List.of(
                                    "`%s`".formatted(parameter.name()),
                                    parameter.fallback().orElse("must be said"),
                                    parameter.description()))
                            .toList()));
        }
        steps(procedure, procedure.steps(), "");
    }

    private void steps(Procedure procedure, List<Step> steps, String prefix) {
        var number = 0;
        Optional<Condition> before = Optional.empty();
        for (var step : steps) {
            var alternative = isOtherwise(before, step.when());
            number += alternative ? 0 : 1;
            var label = prefix + number + (alternative ? "b" : "");
            blocks.add(new Block.Numbered(label, step.title(), StepText.lines(step)));
            plan.byHand()
                    .of(procedure.id(), step.id())
                    .ifPresent(commands -> blocks.add(new Block.Code("bash", commands)));
            switch (step.work()) {
                case Work.Parallel(var inner) -> steps(procedure, inner, label + ".");
                case Work.ForEach loop -> steps(procedure, loop.steps(), label + ".");
                case Work.Act _, Work.Approval _, Work.Nested _ -> {}
            }
            before = step.when();
        }
    }

    /** Whether exactly one of two steps is taken. */
    private static boolean isOtherwise(Optional<Condition> before, Optional<Condition> now) {
        return before.isPresent()
                && now.isPresent()
                && before.get().left().equals(now.get().left())
                && before.get().right().equals(now.get().right())
                && before.get().comparison() != now.get().comparison();
    }
}
