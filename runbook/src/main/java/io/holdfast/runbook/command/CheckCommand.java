package io.holdfast.runbook.command;

import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.CommandActions;
import io.holdfast.problem.Finding;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.CarefulAction;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Pause;
import io.holdfast.runbook.check.Sight;
import io.holdfast.runbook.check.Watch;
import java.util.List;
import java.util.Map;

/** {@code command.check}. */
public final class CheckCommand extends CarefulAction {

    private static final String HINT = "look at what it wrote, in the log of the step";

    private final Pause pause;
    private final Map<String, String> environment;

    /** @param environment the variables of this process, of which a program sees what it may */
    public CheckCommand(Pause pause, Map<String, String> environment) {
        this.pause = pause;
        this.environment = Map.copyOf(environment);
    }

    @Override
    public ActionDescriptor descriptor() {
        return CommandActions.COMMAND_CHECK;
    }

    @Override
    protected void look(Call call, List<Finding> findings) {
        var command = Command.of("argv", call.inputs(), environment);
        findings.add(Finding.passed("command-check.program", "'%s' can be run".formatted(command.program())));
    }

    @Override
    public String intention(Call call) {
        return "look with " + Words.quoted(call.inputs().list("argv"));
    }

    @Override
    protected Outcome act(Call call) throws InterruptedException {
        var command = Command.of("argv", call.inputs(), environment);
        return Watch.of(call.inputs(), pause).until(call, () -> once(call, command));
    }

    private Sight once(Call call, Command command) throws InterruptedException {
        return switch (command.run(call, pause)) {
            case Ended.Killed killed -> new Sight.Red(killed.explain(), HINT);
            case Ended.WithCode ended when !ended.isOneOf(command.exitCodes()) -> new Sight.Red(ended.explain(), HINT);
            case Ended.WithCode ended -> hold(call, ended);
        };
    }

    private static Sight hold(Call call, Ended.WithCode ended) {
        var equal = call.inputs().textIfGiven("stdout-equals");
        if (equal.isPresent() && !equal.get().equals(ended.stdout())) {
            return new Sight.Red(
                    "'%s' wrote '%s', not '%s'".formatted(ended.program(), shortened(ended.stdout()), equal.get()),
                    HINT);
        }
        var part = call.inputs().textIfGiven("stdout-contains");
        if (part.isPresent() && !ended.stdout().contains(part.get())) {
            return new Sight.Red("'%s' did not write '%s'".formatted(ended.program(), part.get()), HINT);
        }
        return new Sight.Green(ended.outputs().values());
    }

    private static String shortened(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "...";
    }
}
