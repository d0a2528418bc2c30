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
    private final Map<String, List<PublishedPlan>> byStatement = new HashMap<>();

    Trust(Set<SshPublicKey> trusted, List<PublishedPlan> plans) {
        this.trusted = trusted;
        for (var plan : plans) {
            byStatement
                    .computeIfAbsent(plan.hashOfStatement(), _ -> new ArrayList<>())
                    .add(plan);
        }
    }

    /** Whether a trusted key has signed it, or a plan before it from which each change was agreed to as the one before asks. */
    boolean reaches(PublishedPlan plan) {
        var next = Optional.of(plan.hashOfStatement());
        while (next.isPresent()) {
            var copies = byStatement.getOrDefault(next.get(), List.of());
            var signers =
                    copies.stream().flatMap(copy -> copy.signers().stream()).collect(Collectors.toSet());
            if (!Collections.disjoint(signers, trusted)) {
                return true;
            }
            next = before(copies.getFirst(), signers);
        }
        return false;
    }

    private Optional<String> before(PublishedPlan plan, Set<SshPublicKey> signers) {
        return byStatement.getOrDefault(plan.previous(), List.of()).stream()
                .filter(before -> before.number() == plan.number() - 1)
                .filter(PublishedPlan::isReadable)
                .filter(before -> before.agreesToChange(signers))
                .findFirst()
                .map(PublishedPlan::hashOfStatement);
    }
}
