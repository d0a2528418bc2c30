package io.holdfast.runbook.approval;

import io.holdfast.plan.SshPublicKey;
import io.holdfast.runbook.journal.EventType;
import io.holdfast.runbook.journal.RunState;
import io.holdfast.runbook.journal.StepRow;
import io.holdfast.runbook.journal.StepState;
import io.holdfast.runbook.journal.Texts;
import io.holdfast.runbook.journal.Writing;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks people, and takes their signatures: in one transaction with what follows for the step, so that it does not matter
 * whether anybody executes the run just then.
 */
public final class Approvals {

    private final Writing writing;

    public Approvals(Writing writing) {
        this.writing = writing;
    }

    /** The step waits for people from now on. */
    public StepRow ask(StepRow row, Map<String, String> approvers, int quorum, Instant expires, String shown) {
        var begun = row.begun(StepState.WAITING_FOR_APPROVAL, writing.now());
        var body = ApprovalRequest.body(writing.run(), row.path(), begun.attempt(), expires, quorum, shown);
        writing.handle()
                .createUpdate("""
                        insert into approval (run, step, attempt, statement, approvers, quorum, asked, expires)
                        values (:run, :step, :attempt, :statement, cast(:approvers as jsonb), :quorum, :asked, :expires)""")
                .bind("run", writing.run().id().value())
                .bind("step", row.path())
                .bind("attempt", begun.attempt())
                .bind("statement", body)
                .bind("approvers", Texts.json(approvers))
                .bind("quorum", quorum)
                .bind("asked", writing.now())
                .bind("expires", expires)
                .execute();
        var message = "%d of %s until %s".formatted(quorum, String.join(", ", approvers.keySet()), expires);
        var waits = begun.becomes(StepState.WAITING_FOR_APPROVAL, message, "");
        writing.save(waits);
        writing.event(EventType.APPROVAL_ASKED, waits, message);
        writing.state(RunState.WAITING_FOR_APPROVAL, "step '%s'".formatted(row.path()));
        return waits;
    }

    /** What the step asks now. */
    public Optional<ApprovalRequest> request(StepRow row) {
        return writing.handle()
                .createQuery("""
                        select step, attempt, statement, approvers, quorum, asked, expires from approval
                        where run = :run and step = :step and attempt = :attempt""")
                .bind("run", writing.run().id().value())
                .bind("step", row.path())
                .bind("attempt", row.attempt())
                .map((found, _) -> new ApprovalRequest(
                        found.getString("step"),
                        found.getInt("attempt"),
                        found.getString("statement"),
                        Texts.map(found.getString("approvers")),
                        found.getInt("quorum"),
                        found.getTimestamp("asked").toInstant(),
                        found.getTimestamp("expires").toInstant()))
                .findOne();
    }

    /**
     * Takes a decision.
     *
     * @throws ApprovalException if nobody is asked, it is too late, or the signature is not one of those who are asked
     */
    public void decide(String path, Decision decision, String armoured, String comment) {
        var row = writing.step(path)
                .filter(step -> step.state() == StepState.WAITING_FOR_APPROVAL)
                .orElseThrow(() -> new ApprovalException(
                        "step '%s' of run %s does not wait for an approval"
                                .formatted(path, writing.run().id()),
                        "see what the run waits for with: holdfast runs show"));
        var request = request(row).orElseThrow();
        if (!writing.now().isBefore(request.expires())) {
            throw new ApprovalException(
                    "the time to decide on step '%s' ended at %s".formatted(path, request.expires()),
                    "retry the step to ask again");
        }
        var signature = SshSignature.verify(armoured, request.statement(decision));
        var signer = signer(row, request, signature.signer());
        record(row, signer, decision, signature, comment);
        switch (decision) {
            case APPROVE -> approved(row, request);
            case DECLINE ->
                ends(
                        row.becomes(
                                StepState.FAILED,
                                "declined by %s%s".formatted(signer, comment.isEmpty() ? "" : ": " + comment),
                                "retry the step to ask again, or cancel the run"),
                        EventType.STEP_FAILED);
        }
        writing.touch();
    }

    private String signer(StepRow row, ApprovalRequest request, SshPublicKey key) {
        var name = request.approvers().entrySet().stream()
                .filter(entry -> People.keys(entry.getValue()).contains(key))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new ApprovalException(
                        "the key of this signature is of nobody who is asked",
                        "asked are: " + String.join(", ", request.approvers().keySet())));
        var same = People.of(writing.definition().approvers()).namesOf(name);
        var starter = writing.run().starter();
        if (same.contains(starter)) {
            throw new ApprovalException(
                    "'%s' started the run and cannot approve it".formatted(starter),
                    "another of those who are asked must");
        }
        for (var other : signers(row)) {
            if (same.contains(other)) {
                throw decided(other, row);
            }
        }
        return name;
    }

    private static ApprovalException decided(String name, StepRow row) {
        return new ApprovalException(
                "'%s' has decided on step '%s' already".formatted(name, row.path()), "another must");
    }

    private void record(StepRow row, String signer, Decision decision, SshSignature signature, String comment) {
        var recorded = writing.handle()
                .createUpdate("""
                        insert into signature (run, step, attempt, signer, public_key, decision, signature, comment, at)
                        values (:run, :step, :attempt, :signer, :key, :decision, :signature, :comment, :at)
                        on conflict do nothing""")
                .bind("run", writing.run().id().value())
                .bind("step", row.path())
                .bind("attempt", row.attempt())
                .bind("signer", signer)
                .bind("key", signature.signer().toString())
                .bind("decision", decision.name())
                .bind("signature", signature.armoured())
                .bind("comment", comment)
                .bind("at", writing.now())
                .execute();
        if (recorded == 0) {
            throw decided(signer, row);
        }
        writing.event(
                decision == Decision.APPROVE ? EventType.APPROVED : EventType.DECLINED,
                row,
                comment.isEmpty() ? signer : signer + ": " + comment);
    }

    private void approved(StepRow row, ApprovalRequest request) {
        var signers = signers(row);
        if (signers.size() < request.quorum()) {
            writing.save(row.becomes(
                    StepState.WAITING_FOR_APPROVAL,
                    "%d of %d: %s; until %s"
                            .formatted(signers.size(), request.quorum(), String.join(", ", signers), request.expires()),
                    ""));
            return;
        }
        var names = String.join(", ", signers);
        ends(
                row.with(Map.of("approvers", names)).ends(StepState.DONE, "approved by " + names, writing.now()),
                EventType.STEP_ENDED);
    }

    private List<String> signers(StepRow row) {
        return writing.handle()
                .createQuery("""
                        select signer from signature where run = :run and step = :step and attempt = :attempt
                        and decision = 'APPROVE' order by at, signer""")
                .bind("run", writing.run().id().value())
                .bind("step", row.path())
                .bind("attempt", row.attempt())
                .mapTo(String.class)
                .list();
    }

    /** Nobody, or too few, said yes in time: that is a no. */
    public StepRow expire(StepRow row) {
        return ends(
                row.becomes(
                        StepState.FAILED,
                        "denied: not enough approvals in time",
                        "retry the step to ask again, or cancel the run"),
                EventType.STEP_FAILED);
    }

    private StepRow ends(StepRow row, EventType type) {
        writing.save(row);
        writing.event(type, row, row.message());
        var others = writing.steps().stream().anyMatch(step -> step.state() == StepState.WAITING_FOR_APPROVAL);
        if (!others && writing.run().state() == RunState.WAITING_FOR_APPROVAL) {
            writing.state(RunState.RUNNING, "");
        }
        return row;
    }
}
