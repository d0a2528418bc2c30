package io.holdfast.runbook.publication;

import io.holdfast.plan.SshPublicKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What somebody may believe of the plans in a repository who trusts nothing but some keys. Plans of the same statement are the
 * same plan, wherever they lie, and whoever signed one of them signed all. Confined to one call.
 */
final class Trust {

    private final Set<SshPublicKey> trusted;
    private final Succession succession;
    private final Map<String, List<PublishedPlan>> byStatement = new HashMap<>();

    Trust(Set<SshPublicKey> trusted, Succession succession) {
        this.trusted = trusted;
        this.succession = succession;
        for (var plan : succession.all()) {
            byStatement
                    .computeIfAbsent(succession.statement(plan), _ -> new ArrayList<>())
                    .add(plan);
        }
    }

    /** Whether a plan is believed. */
    sealed interface Answer {

        /** A trusted key has signed it, or one before it from which each change was agreed to; and nothing speaks against it. */
        record Accepted() implements Answer {}

        /** No trusted key has. */
        record NotSigned() implements Answer {}

        /** A trusted key has, but not those whom the plan before asks: one owner is not all of them. */
        record NotAgreed(PublishedPlan before, PublishedPlan plan) implements Answer {}

        /** A trusted key has; whom the plan before this one asks is not known, for that is not there. */
        record Unknown(PublishedPlan plan) implements Answer {}
    }

    /** Goes back from plan to plan, to the first. */
    Answer of(PublishedPlan plan) {
        var signed = false;
        var carries = true;
        var step = plan;
        while (true) {
            var signers = signers(step);
            signed |= carries && !Collections.disjoint(signers, trusted);
            if (step.isFirst()) {
                return signed ? new Answer.Accepted() : new Answer.NotSigned();
            }
            var before = before(step);
            if (before.isEmpty()) {
                return signed ? new Answer.Unknown(step) : new Answer.NotSigned();
            }
            if (before.get().asksNobody()) {
                carries = false;
            } else if (!before.get().agreesToChange(signers)) {
                return signed ? new Answer.NotAgreed(before.get(), step) : new Answer.NotSigned();
            }
            step = before.get();
        }
    }

    Set<SshPublicKey> signers(PublishedPlan plan) {
        return byStatement.getOrDefault(succession.statement(plan), List.of()).stream()
                .flatMap(copy -> copy.signers().stream())
                .collect(Collectors.toSet());
    }

    /** The plan that it names as the one before; where that is not there, the one that it follows all the same. */
    private Optional<PublishedPlan> before(PublishedPlan plan) {
        var named = byStatement.getOrDefault(plan.previous(), List.of());
        return (named.isEmpty()
                        ? succession.before(plan)
                        : named.stream()
                                .filter(before -> before.number() == plan.number() - 1)
                                .findFirst())
                .filter(PublishedPlan::isReadable);
    }

    /** The newest that is accepted. */
    Optional<Integer> newestAccepted() {
        return succession.plans().reversed().stream()
                .filter(plan -> of(plan) instanceof Answer.Accepted)
                .map(PublishedPlan::number)
                .findFirst();
    }
}
