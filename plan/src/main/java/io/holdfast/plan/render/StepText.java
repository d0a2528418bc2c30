package io.holdfast.plan.render;

import io.holdfast.plan.procedure.ActionCall;
import io.holdfast.plan.procedure.Condition;
import io.holdfast.plan.procedure.Step;
import io.holdfast.plan.procedure.Ungraceful;
import io.holdfast.plan.procedure.Value;
import io.holdfast.plan.procedure.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What a step does, in words. */
public final class StepText {

    private StepText() {}

    /** One statement each; steps within it are not among them. */
    public static List<String> lines(Step step) {
        var lines = new ArrayList<String>();
        step.when().ifPresent(condition -> lines.add("only when " + of(condition)));
        step.gates().forEach(gate -> lines.add("must hold before: " + of(gate)));
        lines.add(of(step.work()));
        step.verifications().forEach(verification -> lines.add("must hold after: " + of(verification)));
        step.timeout().ifPresent(timeout -> lines.add("at most " + Words.of(timeout)));
        if (step.retry().attempts() > 1) {
            lines.add("up to %d attempts, %s apart and doubling"
                    .formatted(step.retry().attempts(), Words.of(step.retry().delay())));
        }
        step.on().ifPresent(member -> lines.add("on `%s`".formatted(member)));
        switch (step.ungraceful()) {
            case Ungraceful.Same _ -> {}
            case Ungraceful.Skip _ -> lines.add("in an ungraceful run: left out");
            case Ungraceful.Instead(var call) -> lines.add("in an ungraceful run: " + of(call));
        }
        return lines;
    }

    private static String of(Condition condition) {
        var sign = switch (condition.comparison()) {
            case EQUAL -> "is";
            case NOT_EQUAL -> "is not";
        };
        return "`%s` %s `%s`".formatted(condition.left(), sign, condition.right());
    }

    private static String of(Work work) {
        return switch (work) {
            case Work.Act(var call) -> of(call);
            case Work.Approval approval ->
                "%d of %s must agree within %s to: %s"
                        .formatted(
                                approval.quorum(),
                                String.join(", ", approval.from()),
                                Words.of(approval.expires()),
                                approval.shown());
            case Work.Parallel _ -> "side by side:";
            case Work.ForEach loop ->
                "for each of %s, %d at once:"
                        .formatted(
                                loop.items().stream().map("`%s`"::formatted).collect(Collectors.joining(", ")),
                                loop.limit());
            case Work.Nested nested -> "procedure `%s`%s".formatted(nested.procedure(), of(nested.parameters()));
        };
    }

    public static String of(ActionCall call) {
        return "`%s`%s".formatted(call.uses(), of(call.with()));
    }

    private static String of(Map<String, Value> inputs) {
        return inputs.isEmpty()
                ? ""
                : inputs.entrySet().stream()
                        .map(input -> "%s %s".formatted(input.getKey(), of(input.getValue())))
                        .collect(Collectors.joining(", ", ": ", ""));
    }

    private static String of(Value value) {
        return switch (value) {
            case Value.Text(var template) -> "`%s`".formatted(template);
            case Value.Listing(var values) -> values.stream().map(StepText::of).collect(Collectors.joining(" "));
            case Value.Mapping(var values) ->
                values.entrySet().stream()
                        .map(entry -> "%s=%s".formatted(entry.getKey(), of(entry.getValue())))
                        .collect(Collectors.joining(" "));
        };
    }
}
