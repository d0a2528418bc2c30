package io.holdfast.repository.mirror;

import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.StoreException;
import io.holdfast.repository.store.StoredObject;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * What several stores list, in order. Of one that is in several, that which was stored first is told: a backup counts if it was
 * in time anywhere. A store that breaks off is asked once more for the rest, and then left out from there on, unless it was the last.
 */
final class MergedListing implements Iterator<StoredObject> {

    private final List<Source> sources;
    private final Predicate<BitSet> counts;
    private @Nullable StoredObject next;

    /** How one store is asked. */
    interface Question {
        /**
         * Lists in the order of keys.
         *
         * @param after empty for all
         */
        Stream<StoredObject> of(ObjectStore store, Optional<ObjectKey> after);
    }

    /** What one store lists. */
    private static final class Source {

        private final int number;
        private final Member member;
        private final Question question;
        private Stream<StoredObject> stream;
        private Iterator<StoredObject> objects;
        private Optional<StoredObject> at = Optional.empty();
        private Optional<StoreException> problem = Optional.empty();
        private boolean again;

        Source(int number, Member member, Question question) {
            this.number = number;
            this.member = member;
            this.question = question;
            this.stream = question.of(member.store(), Optional.empty());
            this.objects = stream.iterator();
        }

        void advance() {
            var last = at.map(StoredObject::key);
            try {
                at = objects.hasNext() ? Optional.of(objects.next()) : Optional.empty();
            } catch (StoreException e) {
                goOn(last, e);
            }
        }

        private void goOn(Optional<ObjectKey> last, StoreException e) {
            at = Optional.empty();
            if (again) {
                giveUp(e);
                return;
            }
            again = true;
            try {
                stream.close();
                stream = question.of(member.store(), last);
                objects = stream.iterator();
                at = objects.hasNext() ? Optional.of(objects.next()) : Optional.empty();
            } catch (StoreException second) {
                giveUp(second);
            }
        }

        private void giveUp(StoreException e) {
            problem = Optional.of(e);
            member.failed(e);
        }

        Optional<ObjectKey> key() {
            return at.map(StoredObject::key);
        }
    }

    private MergedListing(List<Source> sources, Predicate<BitSet> counts) {
        this.sources = sources;
        this.counts = counts;
    }

    /** What is beneath a folder. */
    static Question beneath(ObjectKey folder) {
        return (store, after) -> after.isPresent() ? store.list(folder, after.get()) : store.list(folder);
    }

    /** The same without what comes before {@code first}, or is it. */
    static Question beneath(ObjectKey folder, ObjectKey first) {
        return (store, after) -> store.list(folder, after.orElse(first));
    }

    static Question everything() {
        return (store, after) -> after.isPresent()
                ? store.list().dropWhile(object -> object.key().compareTo(after.get()) <= 0)
                : store.list();
    }

    /**
     * Asks those that are worth asking.
     *
     * @param counts in which stores, by their numbers, an object has to be to be told
     * @throws StoreException if none answers, now or later
     */
    static Stream<StoredObject> of(Members members, Question question, Predicate<BitSet> counts) {
        var sources = new ArrayList<Source>();
        Optional<StoreException> problem = Optional.empty();
        var worth = members.worthAsking();
        for (int number = 0; number < members.count(); number++) {
            var member = members.get(number);
            if (worth.contains(member)) {
                try {
                    sources.add(new Source(number, member, question));
                } catch (StoreException e) {
                    member.failed(e);
                    problem = problem.or(() -> Optional.of(e));
                }
            }
        }
        if (sources.isEmpty()) {
            throw problem.orElseThrow();
        }
        var merged = new MergedListing(sources, counts);
        sources.forEach(Source::advance);
        merged.find();
        return StreamSupport.stream(
                        Spliterators.spliteratorUnknownSize(
                                merged, Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.DISTINCT),
                        false)
                .onClose(() -> sources.forEach(source -> source.stream.close()));
    }

    /** Goes to the next that counts. What nobody is left to continue is not complete. */
    private void find() {
        do {
            next = sources.stream()
                    .flatMap(source -> source.key().stream())
                    .min(Comparator.naturalOrder())
                    .map(this::take)
                    .orElse(null);
        } while (next == null && sources.stream().anyMatch(source -> source.at.isPresent()));
        if (next == null && sources.stream().allMatch(source -> source.problem.isPresent())) {
            throw sources.getFirst().problem.orElseThrow();
        }
    }

    private @Nullable StoredObject take(ObjectKey key) {
        var same = sources.stream()
                .filter(source -> source.key().filter(key::equals).isPresent())
                .toList();
        var first = same.stream()
                .flatMap(source -> source.at.stream())
                .min(Comparator.comparing(StoredObject::stored))
                .orElseThrow();
        var in = new BitSet();
        same.forEach(source -> in.set(source.number));
        same.forEach(Source::advance);
        return counts.test(in) ? first : null;
    }

    @Override
    public boolean hasNext() {
        return next != null;
    }

    @Override
    public StoredObject next() {
        var found = next;
        if (found == null) {
            throw new NoSuchElementException();
        }
        find();
        return found;
    }
}
