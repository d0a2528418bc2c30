package io.holdfast.runbook.run;

import io.holdfast.plan.action.ActionKind;
import io.holdfast.plan.action.Effect;
import io.holdfast.plan.procedure.ActionCall;
import io.holdfast.plan.procedure.Step;
import io.holdfast.plan.procedure.Ungraceful;
import io.holdfast.plan.procedure.Work;
import io.holdfast.runbook.action.Action;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Outputs;
import io.holdfast.runbook.action.Probe;
import io.holdfast.runbook.action.Verdict;
import io.holdfast.runbook.journal.Mode;
import io.holdfast.runbook.journal.Phase;
import io.holdfast.runbook.journal.StepRow;
import io.holdfast.runbook.journal.StepState;
import java.time.Duration;
import java.util.Optional;

/** The life of a step that does one action: gates, probe, intent, effect, outcome, verification. */
final class ActStep {

    private static final Duration LOCK_POLL = Duration.ofMillis(500);

    private final RunContext run;
    private final Calls calls;

    ActStep(RunContext run) {
        this.run = run;
        calls = new Calls(run);
    }

    /** An action with what it is told here. */
    private record Use(Step step, Action action, StepInputs inputs, boolean replaced) {

        ActionKind kind() {
            return action.descriptor().kind();
        }
    }

    /** Takes the step one piece further, at most to its end. */
    void perform(Step step, ActionCall planned, StepRow row, Scope scope, Tries tries)
            throws InterruptedException, UnresolvedException {
        var use = use(step, planned, row, scope);
        switch (row.phase()) {
            case OUTCOME -> verify(use, row, scope, tries, new Outputs(row.outputs()));
            case INTENT -> {
                if (row.state() == StepState.RUNNING) {
                    afterCrash(use, row, scope, tries);
                } else {
                    begin(use, row, scope, tries);
                }
            }
            case NONE, BEGUN -> begin(use, row, scope, tries);
        }
    }

    private Use use(Step step, ActionCall planned, StepRow row, Scope scope) throws UnresolvedException {
        var replaced = row.phase() == Phase.NONE ? run.control().mode() == Mode.UNGRACEFUL : row.exceptional();
        var instead = replaced && step.ungraceful() instanceof Ungraceful.Instead(var other)
                ? Optional.of(other)
                : Optional.<ActionCall>empty();
        var call = instead.orElse(planned);
        var action = run.action(call.uses());
        return new Use(step, action, StepInputs.resolve(action.descriptor(), call, scope), instead.isPresent());
    }

    private void begin(Use use, StepRow row, Scope scope, Tries tries)
            throws InterruptedException, UnresolvedException {
        var inputs = use.inputs();
        var revision = run.control().revision();
        var beginning = run.steps().begin(row.path(), inputs.targets(), inputs.exclusive(), use.replaced());
        if (beginning.locks() instanceof Locks.Answer.HeldBy holder) {
            makeWay(holder);
            run.control().pause(revision, LOCK_POLL);
        } else if (beginning.row().state() == StepState.RUNNING && gates(use.step(), beginning.row(), scope, tries)) {
            attempt(use, beginning.row(), scope, tries);
        }
    }

    /** Of a recovery and recurring work, the recurring work gives way, whichever came first; like waits for like. */
    private void makeWay(Locks.Answer.HeldBy holder) throws InterruptedException {
        if (run.row().priority() == holder.priority()) {
            return;
        }
        switch (holder.priority()) {
            case RECOVERY -> throw new GivesWayException(holder.reason());
            case RECURRING -> run.controls().giveWay(holder.run(), run.row().id());
        }
    }

    private void attempt(Use use, StepRow row, Scope scope, Tries tries)
            throws InterruptedException, UnresolvedException {
        var call = call(use, row);
        switch (calls.probe(use.action(), call, row)) {
            case Probe.Done(var outputs) -> {
                var told = run.steps().outcome(row, outputs.values());
                conclude(use.step(), told, scope, tries, "was done already");
            }
            case Probe.Unknown(var reason)
            when use.kind() == ActionKind.CHECKABLE ->
                fail(row, "it cannot be told whether it was done already: " + reason, tries);
            case Probe.NotDone _, Probe.Unknown _ -> execute(use, row, scope, tries, call);
        }
    }

    private void execute(Use use, StepRow row, Scope scope, Tries tries, Call call)
            throws InterruptedException, UnresolvedException {
        var intent = run.steps().intent(row, use.action().intention(call));
        if (intent.attempt() != row.attempt() || intent.state() != StepState.RUNNING) {
            return;
        }
        switch (calls.outcome(intent, call, () -> use.action().execute(call))) {
            case Outcome.Succeeded(var outputs) -> succeeded(use, intent, scope, tries, outputs);
            case Outcome.Failed failed -> fail(intent, failed, tries);
            case Outcome.Unknown(var reason) -> unknown(use, intent, scope, tries, reason);
        }
    }

    private void succeeded(Use use, StepRow row, Scope scope, Tries tries, Outputs outputs)
            throws InterruptedException, UnresolvedException {
        var told = run.steps().outcome(row, outputs.values());
        if (told.phase() == Phase.OUTCOME
                && told.attempt() == row.attempt()
                && !told.state().isEnd()) {
            verify(use, told, scope, tries, outputs);
        }
    }

    /** An engine before this one, or this one before a pause, wrote an intent and no outcome. */
    private void afterCrash(Use use, StepRow row, Scope scope, Tries tries)
            throws InterruptedException, UnresolvedException {
        switch (use.kind()) {
            case IDEMPOTENT -> begin(use, row, scope, tries);
            case CHECKABLE, ONCE -> {
                if (!foundOut(use.step(), row, scope)) {
                    run.steps().unknown(row, "the engine ended between the intent and the outcome");
                }
            }
        }
    }

    /** Whether the effect is there is not known: the probe says, or a person. */
    private void unknown(Use use, StepRow row, Scope scope, Tries tries, String reason)
            throws InterruptedException, UnresolvedException {
        if (use.kind() == ActionKind.IDEMPOTENT) {
            fail(row, reason, tries);
            return;
        }
        switch (calls.probe(use.action(), call(use, row), row)) {
            case Probe.Done(var outputs) -> succeeded(use, row, scope, tries, outputs);
            case Probe.NotDone _
            when use.kind() == ActionKind.CHECKABLE ->
                fail(row, reason + "; its probe says that it is not done", tries);
            case Probe.NotDone _ -> run.steps().unknown(row, reason);
            case Probe.Unknown(var why) -> run.steps().unknown(row, reason + "; its probe does not know: " + why);
        }
    }

    /** Asks the probe of a step whose outcome is unknown; returns whether it knew. */
    boolean foundOut(Step step, StepRow row, Scope scope) throws InterruptedException {
        if (!(step.work() instanceof Work.Act(var planned))) {
            return false;
        }
        try {
            run.requireHere(step, scope);
            var use = use(step, planned, row, scope);
            return switch (calls.probe(use.action(), call(use, row), row)) {
                case Probe.Done(var outputs) -> {
                    var told = run.steps().outcome(row, outputs.values());
                    conclude(step, told, scope, new Tries(step.retry()), "its probe says that it is done");
                    yield true;
                }
                case Probe.NotDone _
                when use.kind() == ActionKind.CHECKABLE -> {
                    run.steps().reopen(row, "its probe says that it is not done");
                    yield true;
                }
                case Probe.NotDone _, Probe.Unknown _ -> false;
            };
        } catch (UnresolvedException e) {
            run.steps().log(row, "its probe cannot be asked: " + e.reason());
            return false;
        }
    }

    private void verify(Use use, StepRow row, Scope scope, Tries tries, Outputs outputs)
            throws InterruptedException, UnresolvedException {
        switch (calls.verify(use.action(), call(use, row), row, outputs)) {
            case Verdict.Holds _ -> conclude(use.step(), row, scope, tries, "");
            case Verdict.Fails(var reason) -> fail(row, "it is not so: " + reason, tries);
            case Verdict.Unknown(var reason) -> fail(row, "it cannot be verified: " + reason, tries);
        }
    }

    /** All verifications of a step, then its end. */
    void conclude(Step step, StepRow row, Scope scope, Tries tries, String note)
            throws InterruptedException, UnresolvedException {
        for (var verification : step.verifications()) {
            var trouble = look(step, verification, row, scope);
            if (trouble.isPresent()) {
                fail(row, "verification %s".formatted(trouble.get()), tries);
                return;
            }
        }
        run.steps().done(row, note);
    }

    /** Whether all gates hold; if one does not, the attempt has failed. */
    boolean gates(Step step, StepRow row, Scope scope, Tries tries) throws InterruptedException, UnresolvedException {
        for (var gate : step.gates()) {
            var trouble = look(step, gate, row, scope);
            if (trouble.isPresent()) {
                fail(row, "gate %s".formatted(trouble.get()), tries);
                return false;
            }
        }
        return true;
    }

    /** What is wrong, by an action that only reads. */
    private Optional<String> look(Step step, ActionCall planned, StepRow row, Scope scope)
            throws InterruptedException, UnresolvedException {
        var action = run.action(planned.uses());
        if (action.descriptor().effect() == Effect.CHANGES) {
            return Optional.of("%s would change something".formatted(planned.uses()));
        }
        var use = new Use(step, action, StepInputs.resolve(action.descriptor(), planned, scope), false);
        var call = call(use, row);
        return switch (calls.outcome(row, call, () -> action.execute(call))) {
            case Outcome.Succeeded _ -> Optional.<String>empty();
            case Outcome.Failed failed -> Optional.of(planned.uses() + ": " + failed.reason());
            case Outcome.Unknown(var reason) -> Optional.of(planned.uses() + ": " + reason);
        };
    }

    private void fail(StepRow row, String reason, Tries tries) throws InterruptedException {
        fail(row, new Outcome.Failed(reason, "", true), tries);
    }

    private void fail(StepRow row, Outcome.Failed failed, Tries tries) throws InterruptedException {
        if (failed.retryable() && tries.another()) {
            tries.failed();
            run.steps().again(row, failed);
        } else {
            run.steps().failed(row, failed);
        }
    }

    private Call call(Use use, StepRow row) throws UnresolvedException {
        return calls.call(row, use.inputs(), use.step().timeout());
    }
}
