package io.holdfast.runbook.run;

import io.holdfast.plan.procedure.Work;
import io.holdfast.runbook.approval.ApprovalRequest;
import io.holdfast.runbook.approval.Approvals;
import io.holdfast.runbook.approval.StarterProof;
import io.holdfast.runbook.journal.StepRow;
import io.holdfast.runbook.journal.StepState;
import java.time.Duration;

/** The life of a step in which people say yes or no. */
final class ApprovalStep {

    private final RunContext run;

    ApprovalStep(RunContext run) {
        this.run = run;
    }

    /** Asks, or waits on where it was asked before. */
    void perform(Work.Approval approval, StepRow row, Scope scope) throws InterruptedException, UnresolvedException {
        if (row.state() == StepState.WAITING_FOR_APPROVAL) {
            await(row);
            return;
        }
        var proven = run.journal().awaitFrom(run.claim(), StarterProof::isIn);
        var asked = Asked.of(approval, run.definition(), run.row().starter(), proven);
        var shown = run.secrets().redact(scope.resolve(approval.shown()));
        run.journal().write(run.claim(), "asks for approval of " + row.path(), row.path(), writing -> {
            var now = writing.step(row.path()).orElseThrow();
            return now.attempt() != row.attempt() || now.state().isEnd()
                    ? now
                    : new Approvals(writing)
                            .ask(
                                    now,
                                    asked.approvers(),
                                    asked.quorum(),
                                    writing.now().plus(approval.expires()),
                                    shown);
        });
    }

    private void await(StepRow row) throws InterruptedException {
        var revision = run.control().revision();
        var state = run.journal().awaitStep(run.claim(), row.path());
        if (state.state() != StepState.WAITING_FOR_APPROVAL || state.attempt() != row.attempt()) {
            return;
        }
        var expires = run.journal()
                .awaitFrom(
                        run.claim(),
                        writing -> new Approvals(writing)
                                .request(row)
                                .map(ApprovalRequest::expires)
                                .orElseThrow());
        var left = Duration.between(run.now(), expires);
        var limit = Duration.between(run.now(), run.deadline());
        if (!left.isPositive()) {
            run.journal().write(run.claim(), "denies " + row.path(), row.path(), writing -> {
                var now = writing.step(row.path()).orElseThrow();
                return now.state() == StepState.WAITING_FOR_APPROVAL && now.attempt() == row.attempt()
                        ? new Approvals(writing).expire(now)
                        : now;
            });
        } else {
            run.control().pause(revision, left.compareTo(limit) < 0 ? left : limit);
        }
    }
}
