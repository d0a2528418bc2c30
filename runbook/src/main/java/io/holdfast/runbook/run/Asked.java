package io.holdfast.runbook.run;

import io.holdfast.plan.SshPublicKey;
import io.holdfast.plan.procedure.Work;
import io.holdfast.runbook.approval.People;
import io.holdfast.runbook.journal.Definition;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Whom an approval asks in one run.
 *
 * @param approvers those with keys, a line for each key
 * @param quorum how many must say yes
 */
record Asked(Map<String, String> approvers, int quorum) {

    Asked {
        approvers = Collections.unmodifiableMap(new LinkedHashMap<>(approvers));
    }

    /**
     * Finds them.
     *
     * @param proven whether the starter has shown to be who they say they are
     * @throws UnresolvedException if too few can say yes
     */
    static Asked of(Work.Approval approval, Definition definition, String starter, boolean proven)
            throws UnresolvedException {
        // Whoever started under another's name may be any one of those who approve.
        var quorum = proven ? approval.quorum() : approval.quorum() + 1;
        var approvers = new LinkedHashMap<String, String>();
        for (var name : approval.from()) {
            var lines = definition.approvers().get(name);
            if (lines != null) {
                requireKeys(name, lines);
                approvers.put(name, lines);
            }
        }
        var people = People.of(definition.approvers()).otherThan(starter, approvers.keySet());
        if (approval.quorum() < 1 || people < quorum) {
            throw proven ? tooFew(quorum, people) : tooFewUnproven(quorum, people, starter);
        }
        return new Asked(approvers, quorum);
    }

    private static UnresolvedException tooFew(int quorum, int people) {
        return new UnresolvedException(
                "%d must approve, and %d of those who may have a key and did not start the run"
                        .formatted(quorum, people),
                "let another start it, or give contacts of the plan an Ed25519 key");
    }

    private static UnresolvedException tooFewUnproven(int quorum, int people, String starter) {
        return new UnresolvedException(
                "%d must approve, one more because nobody has proven to be '%s' who started the run, and %d of those who may have a key"
                        .formatted(quorum, starter, people),
                "start it with your signature, by --key FILE or --agent, or give contacts of the plan an Ed25519 key");
    }

    private static void requireKeys(String name, String lines) throws UnresolvedException {
        for (var line : lines.lines().toList()) {
            if (SshPublicKey.parse(line).isEmpty()) {
                throw new UnresolvedException(
                        "the key of '%s': '%s' is not an Ed25519 key of OpenSSH".formatted(name, line),
                        "make one with: ssh-keygen -t ed25519, and give the content of its .pub file");
            }
        }
    }
}
