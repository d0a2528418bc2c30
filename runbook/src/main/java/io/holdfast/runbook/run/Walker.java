package io.holdfast.runbook.run;

import io.holdfast.plan.procedure.Step;
import io.holdfast.plan.procedure.Template;
import io.holdfast.plan.procedure.Ungraceful;
import io.holdfast.plan.procedure.Work;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.journal.Mode;
import io.holdfast.runbook.journal.OnFailure;
import io.holdfast.runbook.journal.StepRow;
import io.holdfast.runbook.journal.StepState;
import java.util.ArrayList;
import java.util.List;

/**
 * Goes through the steps of a run in their order, passing those that have ended. Whatever it finds recorded it goes on
 * from, so that beginning anew after a crash is the same as beginning.
 */
final class Walker {

    private final RunContext run;
    private final ActStep acts;
    private final ApprovalStep approvals;

    Walker(RunContext run) {
        this.run = run;
        acts = new ActStep(run);
        approvals = new ApprovalStep(run);
    }

    void sequence(List<Step> steps, Place parent, Scope scope) throws InterruptedException {
        for (var i = 0; i < steps.size(); i++) {
            visit(steps.get(i), parent.step(i, steps.get(i).id()), scope);
        }
    }

    /** Returns when the step has ended, one way or the other. */
    private void visit(Step step, Place place, Scope scope) throws InterruptedException {
        var tries = new Tries(step.retry());
        while (true) {
            checkDeadline();
            var revision = run.control().revision();
            var row = row(place);
            switch (row.state()) {
                case DONE, NOT_TAKEN, SKIPPED, CANCELED -> {
                    scope.put(step.id(), row.outputs());
                    return;
                }
                case FAILED -> stuck(revision, row);
                case OUTCOME_UNKNOWN -> {
                    if (!acts.foundOut(step, row, scope)) {
                        stuck(revision, row);
                    }
                }
                case WAITING_FOR_RETRY -> {
                    if (run.control().pauseRequested()) {
                        stuck(revision, row);
                    } else if (run.control().pause(revision, tries.delay())) {
                        perform(step, place, row, scope, tries);
                    }
                }
                case PENDING, RUNNING, WAITING_FOR_LOCK, WAITING_FOR_APPROVAL -> {
                    if (run.control().pauseRequested()) {
                        stuck(revision, row);
                    } else {
                        perform(step, place, row, scope, tries);
                    }
                }
            }
        }
    }

    private StepRow row(Place place) throws InterruptedException {
        return run.journal().awaitStep(run.claim(), place.path());
    }

    private void checkDeadline() {
        run.control().check();
        if (run.now().isAfter(run.deadline())) {
            throw new FailedRunException("its deadline has passed");
        }
    }

    /** Waits for a person, who retries, skips or cancels; the last thread to do so parks the run. */
    private void stuck(long revision, StepRow row) throws InterruptedException {
        var failed = row.state() == StepState.FAILED || row.state() == StepState.OUTCOME_UNKNOWN;
        if (failed && run.row().onFailure() == OnFailure.FAIL) {
            throw new FailedRunException("step '%s': %s".formatted(row.path(), row.message()));
        }
        run.awaitPerson(revision);
    }

    private void perform(Step step, Place place, StepRow row, Scope scope, Tries tries) throws InterruptedException {
        try {
            if (row.state() == StepState.PENDING && leftOut(step, row, scope)) {
                return;
            }
            run.requireHere(step, scope);
            switch (step.work()) {
                case Work.Act(var action) -> acts.perform(step, action, row, scope, tries);
                case Work.Approval approval -> approvals.perform(approval, row, scope);
                case Work.Parallel(var steps) ->
                    group(step, place, row, scope, tries, () -> parallel(steps, place, scope));
                case Work.ForEach loop -> group(step, place, row, scope, tries, () -> loop(loop, place, scope));
                case Work.Nested nested -> group(step, place, row, scope, tries, () -> nested(nested, place, scope));
            }
        } catch (UnresolvedException e) {
            var now = row(place);
            if (now.inFlight()) {
                run.steps().unknown(now, "it began, and cannot be looked at here: " + e.reason());
            } else {
                run.steps().failed(begun(now), new Outcome.Failed(e.reason(), e.hint(), false));
            }
        }
    }

    private boolean leftOut(Step step, StepRow row, Scope scope) throws InterruptedException, UnresolvedException {
        if (step.when().isPresent() && !scope.holds(step.when().get())) {
            run.steps().ends(row, StepState.NOT_TAKEN, "its condition does not hold", false);
            return true;
        }
        if (run.control().mode() == Mode.UNGRACEFUL && step.ungraceful() instanceof Ungraceful.Skip) {
            run.steps().ends(row, StepState.SKIPPED, "left out in an ungraceful run", true);
            return true;
        }
        return false;
    }

    /** Work that consists of other steps. */
    private interface Inner {
        void go() throws InterruptedException, UnresolvedException;
    }

    private void group(Step step, Place place, StepRow row, Scope scope, Tries tries, Inner inner)
            throws InterruptedException, UnresolvedException {
        var begun = begun(row);
        if (begun.state() == StepState.RUNNING && (begun.equals(row) || acts.gates(step, begun, scope, tries))) {
            inner.go();
            if (!row(place).state().isEnd()) {
                acts.conclude(step, begun, scope, tries, "");
            }
        }
    }

    /** Whatever has no targets of its own begins without locks. */
    private StepRow begun(StepRow row) throws InterruptedException {
        return row.state() == StepState.RUNNING
                ? row
                : run.steps().begin(row.path(), List.of(), false, false).row();
    }

    private void parallel(List<Step> steps, Place place, Scope scope) throws InterruptedException {
        var works = new ArrayList<Threads.Work>();
        for (var i = 0; i < steps.size(); i++) {
            var step = steps.get(i);
            var its = place.step(i, step.id());
            works.add(() -> visit(step, its, scope));
        }
        Threads.all(run.control(), works, Math.max(1, works.size()));
    }

    private void loop(Work.ForEach loop, Place place, Scope scope) throws InterruptedException, UnresolvedException {
        var rows = new ArrayList<StepRow>();
        var works = new ArrayList<Threads.Work>();
        var index = 0;
        for (Template item : loop.items()) {
            var turn = place.turn(index++);
            var inner = scope.item(scope.resolve(item));
            rows.addAll(turn.rows(loop.steps(), run.definition()));
            works.add(() -> sequence(loop.steps(), turn, inner));
        }
        run.steps().add(place.path(), rows);
        Threads.all(run.control(), works, Math.max(1, loop.limit()));
    }

    private void nested(Work.Nested nested, Place place, Scope scope) throws InterruptedException, UnresolvedException {
        var procedure = run.definition().named(nested.procedure());
        var given = StepInputs.texts(nested.parameters(), scope);
        sequence(procedure.steps(), place, scope.nested(Parameters.complete(procedure, given)));
    }
}
