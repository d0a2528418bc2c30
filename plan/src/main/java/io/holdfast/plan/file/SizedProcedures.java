package io.holdfast.plan.file;

import io.holdfast.plan.procedure.Procedure;
import io.holdfast.plan.procedure.Step;
import io.holdfast.plan.procedure.Work;
import io.holdfast.plan.yaml.Node;
import io.holdfast.plan.yaml.Place;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Procedures that can be executed, and even looked at: thirty of them, each of which runs the next one twice, are a thousand
 * million steps.
 */
record SizedProcedures(Shape<List<ReadProcedure>> all) implements Shape<List<ReadProcedure>> {

    /** In one run, those of loops for each item, and those of the procedures that it runs. */
    private static final int MOST_STEPS = 10_000;

    private static final int DEEPEST = 30;

    /** What rules look at, each of them. */
    private static final int MOST_PROCEDURES = 1_000;

    private static final int MOST_STEPS_IN_ALL = 100_000;

    @Override
    public Optional<List<ReadProcedure>> read(Node node, String path, Problems problems) {
        return all.read(node, path, problems).filter(read -> areSized(read, node, problems));
    }

    private static boolean areSized(List<ReadProcedure> read, Node node, Problems problems) {
        var procedures = new HashMap<String, Procedure>();
        read.forEach(one -> procedures.put(one.procedure().id(), one.procedure()));
        var before = problems.count();
        var together = 0L;
        for (var one : read) {
            var procedure = one.procedure();
            var count = new Count(procedures, new HashSet<>()).of(procedure);
            together += count;
            if (count > MOST_STEPS) {
                problems.add(
                        place(node, procedure.id()),
                        "plan.procedure-too-large",
                        "procedure '%s' has more than %d steps, with those of the procedures that it runs, or these run each other more than %d deep"
                                .formatted(procedure.id(), MOST_STEPS, DEEPEST),
                        "let it do less, or start a part of it by itself");
            }
        }
        if (problems.count() == before && (read.size() > MOST_PROCEDURES || together > MOST_STEPS_IN_ALL)) {
            problems.add(
                    node.place(),
                    "plan.procedure-too-large",
                    "there are more than %d procedures, or more than %d steps in all, with those of the procedures that they run"
                            .formatted(MOST_PROCEDURES, MOST_STEPS_IN_ALL),
                    "write a plan for each application");
        }
        return problems.count() == before;
    }

    private static Place place(Node node, String procedure) {
        var entry = node instanceof Node.Mapping mapping ? mapping.entries().get(procedure) : null;
        return entry == null ? node.place() : entry.keyPlace();
    }

    /**
     * Counts no further than it must.
     *
     * @param around the procedures that are being counted: that one runs itself is told elsewhere
     */
    private record Count(Map<String, Procedure> procedures, Set<String> around) {

        long of(Procedure procedure) {
            if (around.size() >= DEEPEST) {
                return MOST_STEPS + 1L;
            }
            if (!around.add(procedure.id())) {
                return 0;
            }
            var count = of(procedure.steps());
            around.remove(procedure.id());
            return count;
        }

        private long of(List<Step> steps) {
            var count = 0L;
            for (var step : steps) {
                count += 1 + within(step.work());
                if (count > MOST_STEPS) {
                    return count;
                }
            }
            return count;
        }

        private long within(Work work) {
            return switch (work) {
                case Work.Act _, Work.Approval _ -> 0;
                case Work.Parallel(var steps) -> of(steps);
                case Work.ForEach loop ->
                    of(loop.steps()) * Math.max(1, loop.items().size());
                case Work.Nested nested -> {
                    var inner = procedures.get(nested.procedure());
                    yield inner == null ? 0 : of(inner);
                }
            };
        }
    }

    @Override
    public Map<String, Object> schema(Definitions definitions) {
        return all.schema(definitions);
    }
}
