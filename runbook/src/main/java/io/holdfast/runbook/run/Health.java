package io.holdfast.runbook.run;

import io.holdfast.plan.action.Effect;
import io.holdfast.plan.procedure.ActionCall;
import io.holdfast.runbook.action.Action;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.journal.EventType;
import io.holdfast.runbook.journal.RunState;
import io.holdfast.runbook.journal.StepRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Watches the health checks of a run after its last step: recovered is what answers, not what was done. */
final class Health {

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration ONE_CHECK = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofHours(1);

    /** What became of it. */
    sealed interface Result {

        record Green() implements Result {}

        record NotGreen(String reason) implements Result {}

        /** The run names no health checks. */
        record NotAsked() implements Result {}
    }

    private final RunContext run;
    private final Calls calls;

    Health(RunContext run) {
        this.run = run;
        calls = new Calls(run);
    }

    /** Returns when all hold at once, or the time is up; waits meanwhile while the run is paused. */
    Result await(Scope scope) throws InterruptedException {
        var checks = run.definition().health();
        run.journal().write(run.claim(), "steps ended", writing -> {
            if (writing.run().lastStepEnded().isEmpty()) {
                writing.stepsEnded();
            }
            if (!checks.isEmpty() && !writing.run().pauseRequested()) {
                writing.state(RunState.MONITORING_HEALTH, "");
            }
            writing.event(EventType.HEALTH, checks.isEmpty() ? "steps ended" : "steps ended; watching health checks");
        });
        if (checks.isEmpty()) {
            return new Result.NotAsked();
        }
        for (var check : checks) {
            if (run.installed(check.uses()).filter(Health::changes).isPresent()) {
                return new Result.NotGreen("%s would change something".formatted(check.uses()));
            }
        }
        return watch(scope);
    }

    /** Then it is no health check, and is not done. */
    static boolean changes(Action action) {
        return action.descriptor().effect() == Effect.CHANGES;
    }

    private Result watch(Scope scope) throws InterruptedException {
        var end = end();
        var said = "";
        while (true) {
            var revision = run.control().revision();
            if (run.control().pauseRequested()) {
                run.awaitPerson(revision);
                continue;
            }
            var trouble = firstTrouble(scope);
            if (trouble.isEmpty()) {
                return new Result.Green();
            }
            var reason = run.secrets().redact(trouble.get());
            if (!reason.equals(said)) {
                run.journal().write(run.claim(), reason, writing -> {
                    writing.event(EventType.HEALTH, reason);
                    if (!writing.run().pauseRequested()) {
                        writing.state(RunState.MONITORING_HEALTH, reason);
                    }
                });
                said = reason;
            }
            if (run.now().isAfter(end)) {
                return new Result.NotGreen(reason);
            }
            run.control().pause(revision, POLL);
        }
    }

    private Instant end() {
        var patience = run.now().plus(PATIENCE);
        return patience.isBefore(run.deadline()) ? patience : run.deadline();
    }

    private Optional<String> firstTrouble(Scope scope) throws InterruptedException {
        for (var check : run.definition().health()) {
            var trouble = trouble(check, scope);
            if (trouble.isPresent()) {
                return trouble;
            }
        }
        return Optional.empty();
    }

    /** A check that cannot be asked here is not green: what was done is done, and another host may be able to ask. */
    private Optional<String> trouble(ActionCall check, Scope scope) throws InterruptedException {
        try {
            return answer(check, scope);
        } catch (UnresolvedException e) {
            return Optional.of(check.uses() + ": " + e.reason());
        }
    }

    private Optional<String> answer(ActionCall check, Scope scope) throws InterruptedException, UnresolvedException {
        var action = run.action(check.uses());
        var inputs = StepInputs.resolve(action.descriptor(), check, scope);
        var nowhere = StepRow.pending("", "", "", check.uses());
        var call = calls.call(nowhere, inputs, Optional.of(ONE_CHECK));
        return switch (calls.outcome(nowhere, call, () -> action.execute(call))) {
            case Outcome.Succeeded _ -> Optional.empty();
            case Outcome.Failed failed -> Optional.of(check.uses() + ": " + failed.reason());
            case Outcome.Unknown(var reason) -> Optional.of(check.uses() + ": " + reason);
        };
    }
}
