package io.holdfast.runbook.run;

import io.holdfast.problem.HoldfastException;
import io.holdfast.runbook.action.Action;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Outputs;
import io.holdfast.runbook.action.Probe;
import io.holdfast.runbook.action.Verdict;
import io.holdfast.runbook.journal.StepRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** Calls actions with a limit of time, and makes what they throw into what they answer. */
final class Calls {

    private final RunContext run;

    Calls(RunContext run) {
        this.run = run;
    }

    Call call(StepRow row, StepInputs inputs, Optional<Duration> timeout) throws UnresolvedException {
        var limit = timeout.map(run.now()::plus).orElse(Instant.MAX);
        var until = limit.isBefore(run.deadline()) ? limit : run.deadline();
        return new Call(
                run.row().id() + "/" + row.path(),
                inputs.reveal(run.secrets()),
                line -> run.steps().log(row, line),
                until,
                run.clock());
    }

    /** Whatever is thrown leaves it unknown whether the effect is there. */
    Outcome outcome(StepRow row, Call call, Callable<Outcome> action) throws InterruptedException {
        try {
            return within(row, call, action);
        } catch (ExecutionException e) {
            return new Outcome.Unknown(reason(e));
        }
    }

    Probe probe(Action action, Call call, StepRow row) throws InterruptedException {
        try {
            return within(row, call, () -> action.probe(call));
        } catch (ExecutionException e) {
            return new Probe.Unknown(reason(e));
        }
    }

    Verdict verify(Action action, Call call, StepRow row, Outputs outputs) throws InterruptedException {
        try {
            return within(row, call, () -> action.verify(call, outputs));
        } catch (ExecutionException e) {
            return new Verdict.Unknown(reason(e));
        }
    }

    private <T> T within(StepRow row, Call call, Callable<T> action) throws InterruptedException, ExecutionException {
        var attempt = Attempt.start(call.id(), action);
        run.control().began(row.path(), new RunControl.Running(row.attempt(), attempt));
        try {
            return attempt.await(Duration.between(run.now(), call.deadline()));
        } catch (ExecutionException e) {
            // An interruption that comes from our own end says nothing about the action: others find an intent only.
            run.control().checkStopped();
            throw e;
        } finally {
            run.control().ended(row.path());
        }
    }

    private static String reason(ExecutionException trouble) {
        var late = Attempt.wasOverdue(trouble) ? "its time was up: " : "";
        var cause = trouble.getCause();
        return late
                + switch (cause) {
                    case InterruptedException _ -> "it was interrupted";
                    case TimeoutException _ -> "it did not end when it was interrupted";
                    case HoldfastException problem -> String.valueOf(problem.getMessage());
                    case null -> "it failed";
                    default -> cause.toString();
                };
    }
}
