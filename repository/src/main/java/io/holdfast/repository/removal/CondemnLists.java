package io.holdfast.repository.removal;

import io.holdfast.repository.Repository;
import io.holdfast.repository.frame.NewerFormatException;
import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectMissingException;
import io.holdfast.repository.store.ObjectNumbers;
import io.holdfast.repository.store.StoredObject;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The lists of what is condemned, as they were when this was read. What does not authenticate is none: nothing is removed for it.
 *
 * @param numbers of genuine lists
 * @param taken numbers that something has, genuine or not
 * @param left numbers of which only {@code done} is there
 */
record CondemnLists(List<Stored> all, Set<Integer> numbers, Set<Integer> taken, Set<Integer> left) {

    private static final ObjectKey FOLDER = ObjectKey.of("condemn");
    private static final Pattern NAME = Pattern.compile("condemn/([0-9]{8})/(list|done)");

    CondemnLists {
        all = List.copyOf(all);
        numbers = Set.copyOf(numbers);
        taken = Set.copyOf(taken);
        left = Set.copyOf(left);
    }

    /**
     * One of them.
     *
     * @param stored by the store's clock
     * @param done when all that was not spared had been removed
     */
    record Stored(int number, Instant stored, Optional<Instant> done, CondemnList content) {

        /** Whether nobody can build upon what it names any more. */
        boolean isForgotten(Instant now) {
            return done.filter(end -> end.plus(Intents.LIFE).plus(Intents.SLACK).isBefore(now))
                    .isPresent();
        }
    }

    /** What is said when a list has been dealt with. */
    record Done(int version, long removed, long spared) {}

    static CondemnLists read(Repository repository) {
        return read(repository, Set.of());
    }

    /**
     * The same without some that are known.
     *
     * @param known genuine ones
     */
    static CondemnLists read(Repository repository, Set<Integer> known) {
        var lists = new TreeMap<Integer, StoredObject>();
        var done = new TreeMap<Integer, StoredObject>();
        try (var objects = repository.store().list(FOLDER)) {
            objects.forEach(object -> {
                var name = NAME.matcher(object.key().text());
                if (name.matches()) {
                    (name.group(2).equals("list") ? lists : done).put(Integer.parseInt(name.group(1)), object);
                }
            });
        }
        var all = lists.entrySet().stream()
                .filter(list -> !known.contains(list.getKey()))
                .flatMap(list -> content(repository, list.getValue()).stream()
                        .map(content -> new Stored(
                                list.getKey(),
                                list.getValue().stored(),
                                Optional.ofNullable(done.get(list.getKey()))
                                        .flatMap(object -> done(repository, object)),
                                content)))
                .toList();
        var numbers = new HashSet<>(known);
        all.forEach(list -> numbers.add(list.number()));
        var taken = new HashSet<>(lists.keySet());
        taken.addAll(done.keySet());
        var left = new HashSet<>(done.keySet());
        left.removeAll(lists.keySet());
        return new CondemnLists(all, numbers, taken, left);
    }

    private static Optional<CondemnList> content(Repository repository, StoredObject object) {
        try {
            var list = repository.objects().readAuthentic(object.key(), CondemnList.class);
            list.filter(found -> found.version() != CondemnList.VERSION).ifPresent(newer -> {
                throw new NewerFormatException("'%s'".formatted(object.key()), newer.version(), CondemnList.VERSION);
            });
            return list;
        } catch (ObjectMissingException _) {
            // A keeper has removed it: what it named has been gone for long.
            return Optional.empty();
        }
    }

    /** A list that somebody only says is dealt with is not. */
    private static Optional<Instant> done(Repository repository, StoredObject object) {
        try {
            return repository.objects().readAuthentic(object.key(), Done.class).map(_ -> object.stored());
        } catch (ObjectMissingException _) {
            // A keeper has removed it after its list.
            return Optional.empty();
        }
    }

    int newest() {
        return numbers.stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    boolean names(ObjectKey key) {
        return all.stream().anyMatch(list -> list.content().stream().anyMatch(key::equals));
    }

    static ObjectKey key(int number) {
        return FOLDER.child(ObjectNumbers.text(number)).child("list");
    }

    static ObjectKey doneKey(int number) {
        return FOLDER.child(ObjectNumbers.text(number)).child("done");
    }

    /** Writes another one; its number. */
    int write(Repository repository, CondemnList list) {
        var tried = new HashSet<>(taken);
        while (true) {
            int number = ObjectNumbers.next(newest(), tried);
            try {
                repository.objects().createDocument(key(number), list);
                return number;
            } catch (ObjectExistsException _) {
                // Another keeper has this number: the next one is as good.
                tried.add(number);
            }
        }
    }

    /** Says that a list has been dealt with; another keeper may have said so already. */
    void finish(Repository repository, int number, long removed, long spared) {
        try {
            repository.objects().createDocument(doneKey(number), new Done(CondemnList.VERSION, removed, spared));
        } catch (ObjectExistsException _) {
            // It has.
        }
    }
}
