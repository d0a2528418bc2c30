package io.holdfast.runbook.run;

import io.holdfast.plan.procedure.Step;
import io.holdfast.plan.procedure.Work;
import io.holdfast.runbook.journal.Definition;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the plan says of the steps of a run, whether the record has rows for them yet or not. */
record Outline(Definition definition) {

    /** Whether people are asked in a step or anywhere within it. */
    boolean asks(String path) {
        return find(path).filter(step -> asks(step, new HashSet<>())).isPresent();
    }

    private Optional<Step> find(String path) {
        var steps = definition.root().steps();
        var found = Optional.<Step>empty();
        for (var name : path.split("/", -1)) {
            var id = name.replaceAll("\\[\\d+]$", "");
            found = steps.stream().filter(step -> step.id().equals(id)).findFirst();
            steps = found.map(step -> inner(step.work())).orElse(List.of());
        }
        return found;
    }

    /** A procedure that was seen before has nothing new. */
    private boolean asks(Step step, Set<String> seen) {
        return switch (step.work()) {
            case Work.Nested nested when !seen.add(nested.procedure()) -> false;
            case Work.Act _, Work.Approval _, Work.Parallel _, Work.ForEach _, Work.Nested _ ->
                step.asks() || inner(step.work()).stream().anyMatch(one -> asks(one, seen));
        };
    }

    private List<Step> inner(Work work) {
        return work instanceof Work.Nested nested
                ? definition.named(nested.procedure()).steps()
                : work.inner();
    }
}
