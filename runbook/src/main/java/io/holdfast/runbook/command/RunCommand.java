package io.holdfast.runbook.command;

import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.CommandActions;
import io.holdfast.problem.Finding;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.CarefulAction;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Pause;
import io.holdfast.runbook.action.Probe;
import java.util.List;
import java.util.Map;

/** {@code command}. */
public final class RunCommand extends CarefulAction {

    /** EX_TEMPFAIL of sysexits(3). */
    private static final int TRY_LATER = 75;

    private final Pause pause;
    private final Map<String, String> environment;

    /** @param environment the variables of this process, of which a program sees what it may */
    public RunCommand(Pause pause, Map<String, String> environment) {
        this.pause = pause;
        this.environment = Map.copyOf(environment);
    }

    @Override
    public ActionDescriptor descriptor() {
        return CommandActions.COMMAND;
    }

    @Override
    protected void look(Call call, List<Finding> findings) {
        var command = Command.of("argv", call.inputs(), environment);
        findings.add(Finding.passed("command.program", "'%s' can be run".formatted(command.program())));
        if (call.inputs().has("probe")) {
            var probe = Command.of("probe", call.inputs(), environment);
            findings.add(Finding.passed("command.probe", "'%s' can be run".formatted(probe.program())));
        } else {
            findings.add(Finding.notice(
                    "command.probe",
                    "nobody can tell after a crash whether '%s' did its work".formatted(command.program()),
                    "add a 'probe', a program that only looks"));
        }
    }

    @Override
    public String intention(Call call) {
        return "run " + Words.quoted(call.inputs().list("argv"));
    }

    @Override
    protected Probe ask(Call call) throws InterruptedException {
        if (!call.inputs().has("probe")) {
            return new Probe.Unknown("there is no probe that tells whether %s did its work"
                    .formatted(Words.quoted(call.inputs().list("argv"))));
        }
        return switch (Command.of("probe", call.inputs(), environment).run(call, pause)) {
            case Ended.WithCode ended when ended.code() == 0 -> new Probe.Done(ended.outputs());
            case Ended.WithCode ended when ended.code() == 1 -> new Probe.NotDone();
            case Ended.WithCode ended -> new Probe.Unknown("the probe cannot tell: " + ended.explain());
            case Ended.Killed killed -> new Probe.Unknown("the probe cannot tell: " + killed.explain());
        };
    }

    @Override
    protected Outcome act(Call call) throws InterruptedException {
        var command = Command.of("argv", call.inputs(), environment);
        return switch (command.run(call, pause)) {
            case Ended.WithCode ended when ended.isOneOf(command.exitCodes()) -> new Outcome.Succeeded(ended.outputs());
            case Ended.WithCode ended ->
                new Outcome.Failed(
                        ended.explain(), "look at what it wrote, in the log of the step", ended.code() == TRY_LATER);
            case Ended.Killed killed -> new Outcome.Unknown(killed.explain());
        };
    }
}
