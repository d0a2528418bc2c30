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
 * Puts published plans into the evidence, also those whose publisher did not come to it. A host notes up to which one all are
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
    private record Told(String number, String hash) {

        static Told of(PublishedPlan plan) {
            return new Told(Integer.toString(plan.number()), plan.hash());
        }

        static Told of(EvidenceEntry entry) {
            return new Told(entry.subject(), entry.content().path("planHash").asString(""));
        }
    }

    /**
     * Records those that no entry of any writer tells of.
     *
     * @return where they are, by their numbers
     */
    public Map<Integer, Head> record() {
        var waiting = behind(known(), new Publications(repository).chain());
        if (waiting.isEmpty()) {
            return Map.of();
        }
        var told = told();
        var recorded = new LinkedHashMap<Integer, Head>();
        for (var plan : waiting) {
            if (!told.contains(Told.of(plan))) {
                var content = Json.mapper().valueToTree(Content.of(plan));
                recorded.put(plan.number(), chain.add(EvidenceKind.PLAN, Integer.toString(plan.number()), content));
            }
        }
        chain.note(NOTE, KnownPlan.of(waiting.getLast()).line());
        return recorded;
    }

    /** The newest that this host has put into the evidence, or has found there. */
    public Optional<KnownPlan> known() {
        return chain.noted(NOTE).flatMap(KnownPlan::parse);
    }

    /** All, where the noted one is not among them: others have come instead of what was lost. */
    private static List<PublishedPlan> behind(Optional<KnownPlan> noted, List<PublishedPlan> chain) {
        for (int place = chain.size(); noted.isPresent() && place > 0; place--) {
            if (noted.get().is(chain.get(place - 1))) {
                return chain.subList(place, chain.size());
            }
        }
        return chain;
    }

    private Set<Told> told() {
        var told = ConcurrentHashMap.<Told>newKeySet();
        EvidenceArchive.of(repository)
                .verify(new TrustedEvidence(Set.of(), Set.of(), Optional.of(repository.id())), entry -> {
                    if (entry.kind() == EvidenceKind.PLAN && entry.repository().equals(repository.id())) {
                        told.add(Told.of(entry));
                    }
                });
        return told;
    }
}
