package io.holdfast.runbook.publication;

import io.holdfast.plan.Plan;
import io.holdfast.plan.SshPublicKey;
import io.holdfast.plan.file.PlanFile;
import io.holdfast.repository.Repository;
import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectNumbers;
import io.holdfast.runbook.approval.SshSignature;
import java.time.InstantSource;
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
    private final Optional<KnownPlan> known;

    public Publications(Repository repository) {
        this(repository, Optional.empty());
    }

    /** @param known what this host has seen there: where it is not there any more, nothing older is in force by itself */
    public Publications(Repository repository, Optional<KnownPlan> known) {
        this.repository = repository;
        this.known = known;
    }

    /** All that can be read, newest first, each when it is asked for. */
    public Stream<PublishedPlan> all() {
        return stored().flatMap(stored -> stored.plan().stream());
    }

    private Stream<StoredPlan> stored() {
        return numbers().descendingSet().stream().map(this::at);
    }

    /** A name is never lower than the number of its plan: so nobody can end the numbering, or hide what is under higher names. */
    private StoredPlan at(int name) {
        var key = FOLDER.child(ObjectNumbers.text(name));
        var reading = repository
                .objects()
                .attempt(key, () -> repository.objects().readDocument(key, PublishedPlan.class, PublishedPlan.VERSION));
        return new StoredPlan(
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

    private Succession succession() {
        return new Succession(stored().toList().reversed());
    }

    /** The first one, and those that follow: each agreed to by those whom the one before asks. */
    public List<PublishedPlan> chain() {
        return succession().plans();
    }

    /** The last of {@link #chain}. */
    public Optional<PublishedPlan> newest() {
        return succession().newest();
    }

    /** How a file stands to the plan in force, for whoever has no keys of owners. */
    public Standing standing(Plan plan) {
        var succession = succession();
        var doubt = succession.doubt().or(() -> lost(succession).map(PublicationException::getMessage));
        var newest = succession.newest();
        var same =
                newest.map(PublishedPlan::hash).equals(Optional.of(plan.hash().hex()));
        if (!same && newest.filter(published -> !published.isReadable()).isPresent()) {
            var chain = succession.plans();
            var agreed = chain.size() > 1 && !chain.get(chain.size() - 2).asksNobody();
            return new Standing.Unreadable(newest.get(), agreed);
        }
        var another =
                !same && newest.filter(published -> !published.asksNobody()).isPresent();
        var number = newest.map(PublishedPlan::number);
        return doubt.<Standing>map(why -> new Standing.Doubtful(number, why, another))
                .orElseGet(() -> another ? new Standing.NotInForce(number.orElseThrow()) : new Standing.Free());
    }

    /** That what this host knows is not there, nor a newer one. */
    private Optional<PublicationException> lost(Succession succession) {
        int newest = succession.newest().map(PublishedPlan::number).orElse(0);
        return known.filter(plan -> plan.number() >= newest)
                .filter(plan -> succession.all().stream().noneMatch(plan::is))
                .map(plan -> PublicationException.takenAway(plan.number()));
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
            requireInForce(plan);
            return plan;
        } catch (ObjectExistsException _) {
            throw PublicationException.overtaken(plan.number());
        }
    }

    /** Two who publish at once may take two names for one number: the lower one counts. */
    private void requireInForce(PublishedPlan plan) {
        var other = chain().stream()
                .filter(one -> one.number() == plan.number())
                .anyMatch(one -> !one.statement().equals(plan.statement()));
        if (other) {
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
     *     agreed to by those whom the plan before asks; where a plan before it is there, it was agreed to as that asks
     * @param number which; empty: the newest. An older one is not taken by itself where the newest is not trusted, nor one of
     *     which it is not known whom the plan before asks
     * @throws PublicationException if there is none, or it is not trusted
     */
    public PublishedPlan inForce(Set<SshPublicKey> trusted, Optional<Integer> number) {
        var stored = stored().toList().reversed();
        var succession = new Succession(stored);
        var wanted = number.or(
                () -> succession.all().stream().map(PublishedPlan::number).max(Comparator.naturalOrder()));
        var copies = stored.stream()
                .filter(one -> one.plan().map(PublishedPlan::number).equals(wanted))
                .filter(one -> one.plan().isPresent())
                .toList();
        if (number.isEmpty()) {
            requireNothingNewer(succession, copies);
        }
        if (copies.isEmpty()) {
            throw number.map(PublicationException::noSuch)
                    .orElseGet(
                            () -> PublicationException.none(repository.store().location()));
        }
        return believed(
                copies.stream().flatMap(copy -> copy.plan().stream()).toList(),
                new Trust(trusted, succession),
                number.isPresent());
    }

    /** What speaks against all of some copies is told of the one that a trusted key has signed. */
    private static PublishedPlan believed(List<PublishedPlan> copies, Trust trust, boolean named) {
        var refusal = Optional.<PublicationException>empty();
        for (var plan : copies) {
            switch (trust.of(plan)) {
                case Trust.Answer.Accepted _ -> {
                    return plan;
                }
                case Trust.Answer.Unknown(var behindGap) -> {
                    if (named) {
                        return plan;
                    }
                    refusal = Optional.of(PublicationException.afterGap(plan.number(), behindGap.number()));
                }
                case Trust.Answer.NotAgreed(var before, var step) ->
                    refusal = refusal.or(() -> Optional.of(PublicationException.notAgreedTo(
                            before, step, trust.signers(step), trust.newestAccepted())));
                case Trust.Answer.NotSigned _ -> {}
            }
        }
        throw refusal.orElseGet(() -> PublicationException.untrusted(copies.getFirst(), trust.newestAccepted()));
    }

    /** What cannot be read, or is not there any more, may be a newer one, and then nothing older is taken by itself. */
    private void requireNothingNewer(Succession succession, List<StoredPlan> newest) {
        succession
                .unreadableBehind(newest.isEmpty() ? 0 : newest.getFirst().name())
                .ifPresent(object -> {
                    throw PublicationException.newestUnreadable(
                            object,
                            newest.stream().flatMap(one -> one.plan().stream()).findFirst());
                });
        lost(succession).ifPresent(taken -> {
            throw taken;
        });
    }
}
