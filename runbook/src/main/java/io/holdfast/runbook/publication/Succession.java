package io.holdfast.runbook.publication;

import io.holdfast.repository.frame.Unreadable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The plans that follow each other, as anybody sees them who has no keys of owners: plan by plan, each agreed to by those whom the
 * one before asks; of copies the one that was there first. Whoever has only the repository key can store an old one once more, or
 * one of their own: that it lies behind the others makes it no newer. Behind one that this version of Holdfast cannot read nothing
 * follows: whom it asks is not known.
 *
 * <p>One that is lost or damaged does not end it: the next whose predecessor is not there follows, if those have signed it whom the
 * last one before asks. Where the first is lost, the lowest number that is left begins.
 */
final class Succession {

    private final List<StoredPlan> stored;
    private final List<PublishedPlan> all;
    private final Map<PublishedPlan, String> statements = new HashMap<>();
    private final List<PublishedPlan> plans = new ArrayList<>();

    /** @param stored lowest name first */
    Succession(List<StoredPlan> stored) {
        this.stored = stored;
        all = stored.stream().flatMap(one -> one.plan().stream()).toList();
        all.forEach(plan -> statements.put(plan, plan.hashOfStatement()));
        var next = first();
        while (next.isPresent()) {
            plans.add(next.get());
            next = following(next.get());
        }
    }

    /** Each that is stored, lowest name first, whether or not it follows another. */
    List<PublishedPlan> all() {
        return all;
    }

    List<PublishedPlan> plans() {
        return List.copyOf(plans);
    }

    Optional<PublishedPlan> newest() {
        return plans.isEmpty() ? Optional.empty() : Optional.of(plans.getLast());
    }

    /** The hash of the statement of one that is stored. */
    String statement(PublishedPlan plan) {
        return statements.computeIfAbsent(plan, PublishedPlan::hashOfStatement);
    }

    /** The one that a plan follows here; empty if that is the first, or is not among them. */
    Optional<PublishedPlan> before(PublishedPlan plan) {
        int place = plans.stream().map(this::statement).toList().indexOf(statement(plan));
        return place < 1 ? Optional.empty() : Optional.of(plans.get(place - 1));
    }

    private Optional<PublishedPlan> first() {
        return all.stream()
                .filter(PublishedPlan::isFirst)
                .findFirst()
                .or(() -> all.stream().min(Comparator.comparingInt(PublishedPlan::number)));
    }

    private Optional<PublishedPlan> following(PublishedPlan before) {
        if (!before.isReadable()) {
            return Optional.empty();
        }
        var hash = statement(before);
        return all.stream()
                .filter(plan ->
                        plan.number() == before.number() + 1 && plan.previous().equals(hash))
                .filter(plan -> before.asksNobody() || before.agreesToChange(plan.signers()))
                .findFirst()
                .or(() -> behindGap(before));
    }

    /** Where nobody is asked, anybody could store one with a high number, behind which no other has room. */
    private Optional<PublishedPlan> behindGap(PublishedPlan before) {
        return orphans(before.number() + 1)
                .filter(plan ->
                        before.asksNobody() ? before.knowsOneOf(plan.signers()) : before.agreesToChange(plan.signers()))
                .min(Comparator.comparingInt(PublishedPlan::number));
    }

    /** Those of a higher number than this whose predecessor is not there. */
    private Stream<PublishedPlan> orphans(int number) {
        return all.stream()
                .filter(plan -> plan.number() > number)
                .filter(plan -> !statements.containsValue(plan.previous()));
    }

    /** What may be newer than {@link #newest}, in words; empty if nothing may. */
    Optional<String> doubt() {
        return unreadableBehind(nameOfNewest())
                .map(object -> "'%s', which may be it, cannot be read: %s".formatted(object.object(), object.why()))
                .or(() -> orphans(newest().map(PublishedPlan::number).orElse(0))
                        .findFirst()
                        .map(plan -> "number %d is there, but not the one before it".formatted(plan.number())));
    }

    /** The first object behind a name that cannot be read. */
    Optional<Unreadable> unreadableBehind(int name) {
        return stored.stream()
                .filter(one -> one.name() > name)
                .flatMap(one -> one.unreadable().stream())
                .findFirst();
    }

    private int nameOfNewest() {
        return stored.stream()
                .filter(one -> one.plan().isPresent() && one.plan().equals(newest()))
                .map(StoredPlan::name)
                .findFirst()
                .orElse(0);
    }
}
