package io.holdfast.runbook.approval;

import io.holdfast.plan.SshPublicKey;
import io.holdfast.runbook.journal.RunRow;
import io.holdfast.runbook.journal.Texts;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What people are asked.
 *
 * @param attempt of the step; a signature for one is none for another
 * @param body what they sign but for the word of their decision
 * @param approvers who may decide, with their keys
 * @param quorum how many must say yes
 */
public record ApprovalRequest(
        String step,
        int attempt,
        String body,
        Map<String, String> approvers,
        int quorum,
        Instant asked,
        Instant expires) {

    public ApprovalRequest {
        approvers = Collections.unmodifiableMap(new LinkedHashMap<>(approvers));
    }

    /** The keys of those who may decide. */
    public Set<SshPublicKey> keys() {
        return approvers.values().stream()
                .flatMap(lines -> People.keys(lines).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The text that is signed. Everything that could be swapped for something else is in it. */
    public String statement(Decision decision) {
        return "holdfast approval 1%ndecision: %s%n%s".replace("%n", "\n").formatted(decision.word(), body);
    }

    static String body(RunRow run, String step, int attempt, Instant expires, int quorum, String shown) {
        return """
                run: %s
                procedure: %s
                environment: %s
                plan: sha256:%s
                starter: %s
                step: %s
                attempt: %d
                quorum: %d
                expires: %s
                shown:
                %s
                """.formatted(
                        run.id(),
                        line(run.procedure()),
                        line(run.environment()),
                        line(run.planHash()),
                        line(run.starter()),
                        line(step),
                        attempt,
                        quorum,
                        expires,
                        Texts.visible(shown));
    }

    /** No value can pretend to be a line of its own. */
    static String line(String text) {
        return Texts.visible(text.replaceAll("\\R", " "));
    }
}
