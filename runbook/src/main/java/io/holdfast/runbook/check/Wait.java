package io.holdfast.runbook.check;

import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.CheckActions;
import io.holdfast.problem.Finding;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.CarefulAction;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Outputs;
import io.holdfast.runbook.action.Pause;
import io.holdfast.runbook.action.UnusableInputException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** {@code wait}. */
public final class Wait extends CarefulAction {

    /** A clock that is set forward while it waits is noticed after this long. */
    private static final Duration STRIDE = Duration.ofSeconds(10);

    private final Pause pause;

    public Wait(Pause pause) {
        this.pause = pause;
    }

    @Override
    public ActionDescriptor descriptor() {
        return CheckActions.WAIT;
    }

    @Override
    protected void look(Call call, List<Finding> findings) {
        var end = end(call);
        findings.add(Finding.passed("wait.end", "it would wait until %s".formatted(end)));
    }

    @Override
    public String intention(Call call) {
        return call.inputs()
                .instantIfGiven("until")
                .map("wait until %s"::formatted)
                .orElseGet(() -> "wait %s".formatted(call.inputs().duration("duration", Duration.ZERO)));
    }

    @Override
    protected Outcome act(Call call) throws InterruptedException {
        var begun = call.clock().instant();
        var end = end(call);
        for (var left = left(call, end); left.isPositive(); left = left(call, end)) {
            pause.pause(left.compareTo(STRIDE) < 0 ? left : STRIDE);
        }
        return new Outcome.Succeeded(Outputs.of(
                "waited", Duration.between(begun, call.clock().instant()).toString()));
    }

    private static Duration left(Call call, Instant end) {
        return Duration.between(call.clock().instant(), end);
    }

    private static Instant end(Call call) {
        var inputs = call.inputs();
        if (inputs.has("duration") == inputs.has("until")) {
            throw new UnusableInputException(
                    "duration", "and 'until' are both given, or neither is", "give one of the two");
        }
        return inputs.instantIfGiven("until")
                .orElseGet(() -> call.clock().instant().plus(inputs.duration("duration", Duration.ZERO)));
    }
}
