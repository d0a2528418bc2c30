package io.holdfast.runbook.publication;

import io.holdfast.plan.Plan;
import io.holdfast.plan.SshPublicKey;
import io.holdfast.plan.file.PlanFile;
import io.holdfast.repository.Repository;
import io.holdfast.repository.frame.Unreadable;
import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectNumbers;
import io.holdfast.runbook.approval.SshSignature;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The plans in a repository, each of which changes the one before. Thread-safe. */
public final class Publications {

    private static final ObjectKey FOLDER = ObjectKey.of("plan");

    private final Repository repository;

    public Publications(Repository repository) {
        this.repository = repository;
    }

    /**
     * What is under a number.
     *
     * @param plan absent if that cannot be read, or is none of this repository's
     * @param unreadable why
     */
    private record Stored(int name, Optional<PublishedPlan> plan, Optional<Unreadable> unreadable) {}

    /** All that can be read, newest first, each when it is asked for. */
    public Stream<PublishedPlan> all() {
        return stored().flatMap(stored -> stored.plan().stream());
    }

    private Stream<Stored> stored() {
        return numbers().descendingSet().stream().map(this::at);
    }

    /** A name is never lower than the number of its plan: so nobody can end the numbering, or hide what is under higher names. */
    private Stored at(int name) {
        var key = FOLDER.child(ObjectNumbers.text(name));
        var reading = repository
                .objects()
                .attempt(key, () -> repository.objects().readDocument(key, PublishedPlan.class, PublishedPlan.VERSION));
        return new Stored(
                name,
                reading.content()
                        .filter(plan -> plan.repository().equals(repository.id()))
                        .filter(plan -> plan.number() >= 1 && plan.number() <= name)
                        .filter(PublishedPlan::isPlan),
                reading.unreadable());
    }

    private NavigableSet<Integer> numbers() {
        var numbers = new TreeSet<Integer>();
        try (var objects = repository.store().list(FOLDER)) {
            objects.forEach(object -> ObjectNumbers.parse(object.key().name()).ifPresent(numbers::add));
        }
        return numbers;
    }

    /**
     * The first one, and those that follow, plan by plan, each agreed to by those whom the one before asks; of copies the one that
     * was there first. Whoever has only the repository key can store an old one once more, or one of their own: that it lies behind
     * the others makes it no newer. Behind one that this version of Holdfast cannot read nothing follows: whom it asks is not known.
     */
    public List<PublishedPlan> chain() {
        var plans = all().toList().reversed();
        var chain = new ArrayList<PublishedPlan>();
        var next = following(plans, Optional.empty());
        while (next.isPresent()) {
            chain.add(next.get());
            next = following(plans, next);
        }
        return List.copyOf(chain);
    }

    /** The last of {@link #chain}. */
    public Optional<PublishedPlan> newest() {
        var chain = chain();
        return chain.isEmpty() ? Optional.empty() : Optional.of(chain.getLast());
    }

    /** How a file stands to the plan in force, for whoever has no keys of owners. */
    public Standing standing(Plan plan) {
        var chain = chain();
        if (chain.isEmpty() || chain.getLast().hash().equals(plan.hash().hex())) {
            return new Standing.Free();
        }
        var newest = chain.getLast();
        if (newest.isReadable()) {
            return newest.asksNobody() ? new Standing.Free() : new Standing.NotInForce(newest.number());
        }
        var agreed = chain.size() > 1 && !chain.get(chain.size() - 2).asksNobody();
        return new Standing.Unreadable(newest, agreed);
    }

    private static Optional<PublishedPlan> following(List<PublishedPlan> plans, Optional<PublishedPlan> before) {
        if (before.filter(asks -> !asks.isReadable()).isPresent()) {
            return Optional.empty();
        }
        int number = before.map(PublishedPlan::number).orElse(0) + 1;
        var hash = before.map(PublishedPlan::hashOfStatement).orElse(PublishedPlan.NOTHING);
        return plans.stream()
                .filter(plan -> plan.number() == number && plan.previous().equals(hash))
                .filter(plan -> before.filter(asks -> asks.asksNobody() || asks.agreesToChange(plan.signers()))
                                .isPresent()
                        || before.isEmpty())
                .findFirst();
    }

    /** Behind all that is there: what does not authenticate may have any name, and keeps nobody from publishing. */
    private int nextName(int after) {
        var names = numbers();
        return names.isEmpty() || names.last() < ObjectNumbers.LAST
                ? Math.max(after, names.isEmpty() ? 0 : names.last()) + 1
                : ObjectNumbers.next(after, names);
    }

    /**
     * What would be published, to be signed.
     *
     * @param text of the file
     * @throws PublicationException if it is the newest already
     */
    public PublishedPlan prepare(String text, String by, InstantSource clock) {
        var newest = newest();
        int number = newest.map(PublishedPlan::number).orElse(0) + 1;
        var hash = hash(text, number);
        if (newest.map(PublishedPlan::hash).filter(hash::equals).isPresent()) {
            throw PublicationException.unchanged(number - 1);
        }
        return new PublishedPlan(
                PublishedPlan.VERSION,
                repository.id(),
                number,
                newest.map(PublishedPlan::hashOfStatement).orElse(PublishedPlan.NOTHING),
                text,
                clock.instant(),
                by,
                List.of());
    }

    private static String hash(String text, int number) {
        var read = PlanFile.read(text);
        return read.plan()
                .orElseThrow(() -> PublicationException.unreadable(number, read.problems()))
                .hash()
                .hex();
    }

    /**
     * Publishes what was prepared.
     *
     * @param signatures of its statement, each of which must be right
     * @throws PublicationException if the plan before asks for other signatures, or there is another by now
     * @throws io.holdfast.runbook.approval.ApprovalException if a signature is not one of this statement
     */
    public PublishedPlan publish(PublishedPlan prepared, List<String> signatures) {
        requireAgreed(prepared, signatures);
        var plan = prepared.signed(signatures);
        int number = newest().map(PublishedPlan::number).orElse(0);
        if (number >= plan.number()) {
            throw PublicationException.overtaken(number);
        }
        int name = nextName(number);
        try {
            repository.objects().createDocument(FOLDER.child(ObjectNumbers.text(name)), plan);
            return plan;
        } catch (ObjectExistsException _) {
            throw PublicationException.overtaken(plan.number());
        }
    }

    /** Whether those have signed whom the plan before asks; where it asks nobody, or there is none, whether anybody has. */
    public void requireAgreed(PublishedPlan prepared, List<String> signatures) {
        var signers = signatures.stream()
                .map(signature ->
                        SshSignature.verify(signature, prepared.statement()).signer())
                .collect(Collectors.toSet());
        if (signers.isEmpty()) {
            throw PublicationException.unsigned();
        }
        newest().ifPresent(before -> {
            var plan = before.plan();
            plan.document().changes().ifPresent(changes -> {
                var agreed = ChangeOfPlan.agreed(plan, changes, signers);
                if (agreed.size() < changes.quorum()) {
                    throw PublicationException.notAgreed(before.number(), changes.quorum(), changes.from(), agreed);
                }
            });
        });
    }

    /**
     * The plan in force, for whoever trusts nothing but keys of their own.
     *
     * @param trusted public keys of owners, one of which has signed it, or one of those before it from which every change was
     *     agreed to by those whom the plan before asks
     * @param number which; empty: the newest. An older one is not taken by itself where the newest is not trusted
     * @throws PublicationException if there is none, or it is not trusted
     */
    public PublishedPlan inForce(Set<SshPublicKey> trusted, Optional<Integer> number) {
        var stored = stored().toList().reversed();
        var plans = stored.stream().flatMap(one -> one.plan().stream()).toList();
        var wanted = number.or(() -> plans.stream().map(PublishedPlan::number).max(Comparator.naturalOrder()));
        var copies = stored.stream()
                .filter(one -> one.plan().map(PublishedPlan::number).equals(wanted))
                .filter(one -> one.plan().isPresent())
                .toList();
        if (number.isEmpty()) {
            requireNothingNewer(stored, copies);
        }
        if (copies.isEmpty()) {
            throw number.map(PublicationException::noSuch)
                    .orElseGet(
                            () -> PublicationException.none(repository.store().location()));
        }
        var trust = new Trust(trusted, plans);
        return copies.stream()
                .flatMap(copy -> copy.plan().stream())
                .filter(trust::reaches)
                .findFirst()
                .orElseThrow(() ->
                        PublicationException.untrusted(copies.getFirst().plan().orElseThrow()));
    }

    /** What cannot be read may be a newer one, and then nothing older is taken by itself. */
    private static void requireNothingNewer(List<Stored> stored, List<Stored> newest) {
        int name = newest.isEmpty() ? 0 : newest.getFirst().name();
        stored.stream()
                .filter(one -> one.name() > name)
                .flatMap(one -> one.unreadable().stream())
                .findFirst()
                .ifPresent(object -> {
                    throw PublicationException.newestUnreadable(
                            object,
                            newest.stream().flatMap(one -> one.plan().stream()).findFirst());
                });
    }
}
