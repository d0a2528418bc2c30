package io.holdfast.repository.removal;

import io.holdfast.repository.Repository;
import io.holdfast.repository.frame.NewerFormatException;
import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectMissingException;
import io.holdfast.repository.store.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The lists of what is condemned, as they were when this was read.
 *
 * @param numbers in use, also by lists that have gone
 */
record CondemnLists(List<Stored> all, Set<Integer> numbers) {

    private static final ObjectKey FOLDER = ObjectKey.of("condemn");
    private static final Pattern NAME = Pattern.compile("condemn/([0-9]{8})/(list|done)");

    CondemnLists {
        all = List.copyOf(all);
        numbers = Set.copyOf(numbers);
    }

    /**
     * One of them.
     *
     * @param stored by the store's clock
     * @param done when all that was not spared had been removed
     */
    record Stored(int number, Instant stored, Optional<Instant> done, CondemnList content) {}

    /** What is said when a list has been dealt with. */
    record Done(int version, long removed, long spared) {}

    static CondemnLists read(Repository repository) {
        return read(repository, Set.of());
    }

    /** The same without some that are known. */
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
        var numbers = new HashSet<>(lists.keySet());
        numbers.addAll(done.keySet());
        var all = new ArrayList<Stored>();
        lists.forEach((number, object) -> {
            if (!known.contains(number)) {
                read(repository, object)
                        .map(content -> new Stored(
                                number,
                                object.stored(),
                                Optional.ofNullable(done.get(number)).map(StoredObject::stored),
                                content))
                        .ifPresent(all::add);
            }
        });
        return new CondemnLists(all, numbers);
    }

    private static Optional<CondemnList> read(Repository repository, StoredObject object) {
        try {
            var list = repository.objects().readDocument(object.key(), CondemnList.class);
            if (list.version() != CondemnList.VERSION) {
                throw new NewerFormatException("'%s'".formatted(object.key()), list.version(), CondemnList.VERSION);
            }
            return Optional.of(list);
        } catch (ObjectMissingException _) {
            // A keeper has removed it: what it named has been gone for long.
            return Optional.empty();
        }
    }

    boolean names(ObjectKey key) {
        return all.stream().anyMatch(list -> list.content().stream().anyMatch(key::equals));
    }

    static ObjectKey key(int number) {
        return FOLDER.child("%08d".formatted(number)).child("list");
    }

    static ObjectKey doneKey(int number) {
        return FOLDER.child("%08d".formatted(number)).child("done");
    }

    /** Writes another one; its number. */
    int write(Repository repository, CondemnList list) {
        int number = numbers.stream().mapToInt(Integer::intValue).max().orElse(0);
        while (true) {
            number++;
            try {
                repository.objects().createDocument(key(number), list);
                return number;
            } catch (ObjectExistsException _) {
                // Another keeper has this number: the next one is as good.
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
