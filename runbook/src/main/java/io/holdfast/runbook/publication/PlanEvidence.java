package io.holdfast.runbook.publication;

import io.holdfast.repository.Repository;
import io.holdfast.repository.document.Json;
import io.holdfast.repository.evidence.EvidenceArchive;
import io.holdfast.repository.evidence.EvidenceChain;
import io.holdfast.repository.evidence.EvidenceEntry;
import io.holdfast.repository.evidence.EvidenceKind;
import io.holdfast.repository.evidence.Head;
import io.holdfast.repository.evidence.TrustedEvidence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Puts published plans into the evidence, also those whose publisher did not come to it. A host notes up to which number all are
 * there, so that it does not read the whole evidence each time.
 */
public final class PlanEvidence {

    private static final String NOTE = "plans";

    private final Repository repository;
    private final EvidenceChain chain;

    public PlanEvidence(Repository repository, EvidenceChain chain) {
        this.repository = repository;
        this.chain = chain;
    }

    /** What an entry of kind {@code PLAN} holds. */
    private record Content(int number, String planHash, String by, List<String> signatures) {

        static Content of(PublishedPlan plan) {
            return new Content(plan.number(), plan.hash(), plan.by(), plan.signatures());
        }
    }

    /** A plan by what an entry says of it, or the plan itself. */
    private record Known(String number, String hash) {

        static Known of(PublishedPlan plan) {
            return new Known(Integer.toString(plan.number()), plan.hash());
        }

        static Known of(EvidenceEntry entry) {
            return new Known(entry.subject(), entry.content().path("planHash").asString(""));
        }
    }

    /**
     * Records those that no entry of any writer tells of.
     *
     * @return where they are, by their numbers
     */
    public Map<Integer, Head> record() {
        int noted = chain.noted(NOTE).flatMap(PlanEvidence::number).orElse(0);
        var waiting = new Publications(repository)
                .chain().stream().filter(plan -> plan.number() > noted).toList();
        if (waiting.isEmpty()) {
            return Map.of();
        }
        var known = known();
        var recorded = new LinkedHashMap<Integer, Head>();
        for (var plan : waiting) {
            if (!known.contains(Known.of(plan))) {
                var content = Json.mapper().valueToTree(Content.of(plan));
                recorded.put(plan.number(), chain.add(EvidenceKind.PLAN, Integer.toString(plan.number()), content));
            }
        }
        chain.note(NOTE, Integer.toString(waiting.getLast().number()));
        return recorded;
    }

    private Set<Known> known() {
        var known = ConcurrentHashMap.<Known>newKeySet();
        EvidenceArchive.of(repository)
                .verify(new TrustedEvidence(Set.of(), Set.of(), Optional.of(repository.id())), entry -> {
                    if (entry.kind() == EvidenceKind.PLAN) {
                        known.add(Known.of(entry));
                    }
                });
        return known;
    }

    private static Optional<Integer> number(String text) {
        return text.matches("\\d{1,8}") ? Optional.of(Integer.valueOf(text)) : Optional.empty();
    }
}
