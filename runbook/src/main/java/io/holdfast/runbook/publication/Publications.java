package io.holdfast.runbook.publication;

import io.holdfast.plan.SshPublicKey;
import io.holdfast.repository.Repository;
import io.holdfast.repository.frame.NewerFormatException;
import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectNumbers;
import io.holdfast.runbook.approval.SshSignature;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The plans in a repository, each of which changes the one before. Thread-safe. */
public final class Publications {

    private static final ObjectKey FOLDER = ObjectKey.of("plan");

    private final Repository repository;

    public Publications(Repository repository) {
        this.repository = repository;
    }

    /** All that can be read, newest first, each when it is asked for. */
    public Stream<PublishedPlan> all() {
        return numbers().descendingSet().stream()
                .map(number -> FOLDER.child(ObjectNumbers.text(number)))
                .flatMap(key -> repository.objects().attempt(key, () -> read(key)).content().stream())
                .filter(plan -> plan.repository().equals(repository.id()));
    }

    private NavigableSet<Integer> numbers() {
        var numbers = new TreeSet<Integer>();
        try (var objects = repository.store().list(FOLDER)) {
            objects.forEach(object -> ObjectNumbers.parse(object.key().name()).ifPresent(numbers::add));
        }
        return numbers;
    }

    private PublishedPlan read(ObjectKey key) {
        var version = repository.objects().readDocument(key, JsonNode.class).path("version");
        if (version.isIntegralNumber() && version.asLong() != PublishedPlan.VERSION) {
            throw new NewerFormatException("the plan " + key, version.asLong(), PublishedPlan.VERSION);
        }
        return repository.objects().readDocument(key, PublishedPlan.class);
    }

    public Optional<PublishedPlan> newest() {
        return all().findFirst();
    }

    /**
     * What would be published, to be signed.
     *
     * @param text of the file
     * @throws PublicationException if it is the newest already
     */
    public PublishedPlan prepare(String text, String by, InstantSource clock) {
        var newest = newest();
        var next = new PublishedPlan(
                PublishedPlan.VERSION,
                repository.id(),
                newest.map(PublishedPlan::number).orElse(0) + 1,
                newest.map(PublishedPlan::hashOfStatement).orElse(PublishedPlan.NOTHING),
                text,
                clock.instant(),
                by,
                List.of());
        if (newest.map(before -> before.plan().hash())
                .filter(next.plan().hash()::equals)
                .isPresent()) {
            throw PublicationException.unchanged(newest.orElseThrow().number());
        }
        return next;
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
        var numbers = numbers();
        var newest = newest().map(PublishedPlan::number).orElse(0);
        if (newest >= plan.number()) {
            throw PublicationException.overtaken(newest);
        }
        // What does not authenticate may have any number, and keeps nobody from publishing.
        var name = numbers.isEmpty() ? plan.number() : Math.max(plan.number(), numbers.last() + 1);
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
        var line = all().filter(plan -> number.isEmpty() || plan.number() <= number.get())
                .toList();
        if (line.isEmpty()) {
            throw number.map(PublicationException::noSuch)
                    .orElseGet(
                            () -> PublicationException.none(repository.store().location()));
        }
        var wanted = line.getFirst();
        if (number.filter(asked -> asked != wanted.number()).isPresent()) {
            throw PublicationException.noSuch(number.get());
        }
        for (var i = 0; i < line.size(); i++) {
            var plan = line.get(i);
            var signers = plan.signers();
            if (!Collections.disjoint(signers, trusted)) {
                return wanted;
            }
            if (i + 1 == line.size() || !follows(plan, line.get(i + 1), signers)) {
                break;
            }
        }
        throw PublicationException.untrusted(
                wanted.number(),
                wanted.signers().stream()
                        .map(SshPublicKey::fingerprint)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    private static boolean follows(PublishedPlan plan, PublishedPlan before, Set<SshPublicKey> signers) {
        return plan.number() == before.number() + 1
                && plan.previous().equals(before.hashOfStatement())
                && before.agreesToChange(signers);
    }
}
