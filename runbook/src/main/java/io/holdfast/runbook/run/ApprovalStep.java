package io.holdfast.runbook.run;

import io.holdfast.plan.SshPublicKey;
import io.holdfast.plan.procedure.Work;
import io.holdfast.runbook.approval.ApprovalRequest;
import io.holdfast.runbook.approval.Approvals;
import io.holdfast.runbook.approval.StarterProof;
import io.holdfast.runbook.journal.StepRow;
import io.holdfast.runbook.journal.StepState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
        // Whoever started under another's name may be any one of those who approve.
        var quorum = proven ? approval.quorum() : approval.quorum() + 1;
        var approvers = approvers(approval, quorum);
        var shown = run.secrets().redact(scope.resolve(approval.shown()));
        run.journal().write(run.claim(), "asks for approval of " + row.path(), row.path(), writing -> {
            var now = writing.step(row.path()).orElseThrow();
            return now.attempt() != row.attempt() || now.state().isEnd()
                    ? now
                    : new Approvals(writing)
                            .ask(now, approvers, quorum, writing.now().plus(approval.expires()), shown);
        });
    }

    private Map<String, String> approvers(Work.Approval approval, int quorum) throws UnresolvedException {
        var approvers = new LinkedHashMap<String, String>();
        var keys = new HashSet<SshPublicKey>();
        var people = 0;
        for (var name : approval.from()) {
            var lines = run.definition().approvers().get(name);
            if (lines != null) {
                approvers.put(name, lines);
                var own = parsed(name, lines);
                // Two names with one key are one person.
                if (!name.equals(run.row().starter()) && Collections.disjoint(keys, own)) {
                    people++;
                }
                keys.addAll(own);
            }
        }
        if (approval.quorum() < 1 || people < quorum) {
            throw quorum == approval.quorum()
                    ? new UnresolvedException(
                            "%d must approve, and %d of those who may have a key and did not start the run"
                                    .formatted(quorum, people),
                            "let another start it, or give contacts of the plan an Ed25519 key")
                    : new UnresolvedException(
                            "%d must approve, one more because nobody has proven to be '%s' who started the run, and %d of those who may have a key"
                                    .formatted(quorum, run.row().starter(), people),
                            "start it with your signature, by --key FILE or --agent, or give contacts of the plan an Ed25519 key");
        }
        return approvers;
    }

    private static List<SshPublicKey> parsed(String name, String lines) throws UnresolvedException {
        var keys = new ArrayList<SshPublicKey>();
        for (var line : lines.lines().toList()) {
            keys.add(SshPublicKey.parse(line)
                    .orElseThrow(() -> new UnresolvedException(
                            "the key of '%s': '%s' is not an Ed25519 key of OpenSSH".formatted(name, line),
                            "make one with: ssh-keygen -t ed25519, and give the content of its .pub file")));
        }
        return keys;
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
