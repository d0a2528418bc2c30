package io.holdfast.runbook.run;

import io.holdfast.runbook.journal.EventType;
import io.holdfast.runbook.journal.RunState;
import io.holdfast.runbook.journal.StepRow;
import io.holdfast.runbook.journal.SupersededException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The execution of one run, from wherever it is to where it ends, parks, or becomes somebody else's. */
final class RunExecution {

    private static final Logger LOG = LoggerFactory.getLogger(RunExecution.class);

    private final RunContext run;

    RunExecution(RunContext run) {
        this.run = run;
    }

    void go() throws InterruptedException {
        try {
            var root = run.definition().root();
            var constants = RunContext.constants(run.row(), run.definition());
            var scope = Scope.of(
                    constants, Parameters.complete(root, run.definition().parameters()));
            new Walker(run).sequence(root.steps(), Place.ROOT, scope);
            finish(new Health(run).await(scope));
        } catch (SupersededException | RunControl.ParkedException _) {
            // Whatever was to be recorded of it is.
        } catch (FailedRunException e) {
            end(RunState.FAILED, e.reason());
        } catch (GivesWayException e) {
            end(RunState.CANCELED, "gives way: " + e.reason());
        } catch (UnresolvedException e) {
            end(RunState.FAILED, e.reason());
        } catch (RunControl.StoppedException e) {
            throw e;
        } catch (RuntimeException e) {
            defect(e);
        }
    }

    /** Nothing is known to be wrong with the world: a person looks, and the run can go on; one that nobody watches ends. */
    private void defect(RuntimeException trouble) throws InterruptedException {
        LOG.error("the engine is defective run={}", run.row().id(), trouble);
        var reason = run.secrets().redact("the engine is defective: " + trouble);
        switch (run.row().onFailure()) {
            case PAUSE -> park(reason);
            case FAIL -> end(RunState.FAILED, reason);
        }
    }

    private void park(String reason) throws InterruptedException {
        try {
            run.journal().write(run.claim(), reason, writing -> {
                writing.event(EventType.PARKED, reason);
                writing.state(RunState.PAUSED_BY_FAILED_STEP, reason);
                writing.unschedule();
            });
        } catch (SupersededException _) {
            // Somebody else's by now.
        }
    }

    private void end(RunState state, String reason) throws InterruptedException {
        try {
            run.journal()
                    .write(run.claim(), state.words() + ": " + reason, writing -> Controls.end(writing, state, reason));
        } catch (SupersededException _) {
            // Somebody else's by now.
        }
    }

    private void finish(Health.Result health) throws InterruptedException {
        run.journal().write(run.claim(), "ends", writing -> {
            var message = message(writing.steps(), health);
            if (health instanceof Health.Result.Green) {
                writing.green();
            }
            writing.finish(message.isEmpty() ? RunState.COMPLETED : RunState.COMPLETED_WITH_EXCEPTIONS, message);
        });
    }

    /** What was not as planned; empty where everything was. */
    private static String message(List<StepRow> steps, Health.Result health) {
        var exceptions = steps.stream()
                .filter(StepRow::exceptional)
                .map(row -> "step '%s' %s".formatted(row.path(), row.state().words()))
                .toList();
        var trouble = health instanceof Health.Result.NotGreen(var reason) ? "health checks not green: " + reason : "";
        return String.join("; ", exceptions) + (exceptions.isEmpty() || trouble.isEmpty() ? "" : "; ") + trouble;
    }
}
