package io.holdfast.repository.repack;

import io.holdfast.repository.Repository;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.PackId;
import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectMissingException;
import io.holdfast.repository.store.ObjectNumbers;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The lists of a repository; the newest one counts. */
public final class RepackLists {

    /** Stored bytes that one backup is asked to store anew. */
    private static final long MOST_BYTES = 1L << 30;

    /** Less is not worth the reading. */
    private static final long LEAST_DEAD = 1 << 20;

    private static final int MOST_FILES = 10_000;

    private RepackLists() {}

    /** A pack that stays, of which less than half is used. */
    public record Sparse(PackId pack, long alive, long dead) {}

    /** The number in a name; empty if it is no list's. */
    public static OptionalInt number(ObjectKey key) {
        return key.isBeneath(RepackList.FOLDER) && key.equals(RepackList.FOLDER.child(key.name()))
                ? ObjectNumbers.parse(key.name())
                : OptionalInt.empty();
    }

    /** The newest list that authenticates. */
    public static Optional<RepackList> newest(Repository repository) {
        return newest(repository, numbers(repository)).map(Numbered::list);
    }

    /** The number of the newest list that authenticates. */
    public static OptionalInt newestNumber(Repository repository) {
        return newest(repository, numbers(repository)).stream()
                .mapToInt(Numbered::number)
                .findFirst();
    }

    private record Numbered(int number, RepackList list) {}

    /** Of all that is there, authentic or not, the highest first. */
    private static NavigableSet<Integer> numbers(Repository repository) {
        try (var objects = repository.store().list(RepackList.FOLDER)) {
            return objects.flatMap(object -> number(object.key()).stream().boxed())
                    .collect(Collectors.toCollection(() -> new TreeSet<>(Comparator.<Integer>reverseOrder())));
        }
    }

    private static Optional<Numbered> newest(Repository repository, NavigableSet<Integer> numbers) {
        return numbers.stream()
                .flatMap(number -> read(repository, number).stream())
                .findFirst();
    }

    private static Optional<Numbered> read(Repository repository, int number) {
        try {
            return repository
                    .objects()
                    .readAuthentic(key(number), RepackList.class)
                    .filter(list -> list.version() == RepackList.VERSION)
                    .map(list -> new Numbered(number, list));
        } catch (ObjectMissingException _) {
            // A keeper has removed it, since there is a newer one.
            return Optional.empty();
        }
    }

    private static ObjectKey key(int number) {
        return RepackList.FOLDER.child(ObjectNumbers.text(number));
    }

    /**
     * Asks for what the newest backup uses of sparse packs, those with the most dead bytes first, unless that was asked for already. Where
     * it uses nothing of any, what was asked for before is taken back: it was done, and each backup would look at those files again.
     *
     * @return whether a new list was written
     */
    public static boolean ask(Repository repository, Manifest newest, List<Sparse> sparse) {
        var numbers = numbers(repository);
        var before = newest(repository, numbers);
        var list = listOf(repository, newest, sparse);
        if (list.equals(before.map(Numbered::list).orElse(RepackList.NOTHING))) {
            return false;
        }
        int number = ObjectNumbers.next(before.map(Numbered::number).orElse(0), numbers);
        try {
            repository.objects().createDocument(key(number), list);
            return true;
        } catch (ObjectExistsException _) {
            // Another keeper has asked just now.
            return false;
        }
    }

    private static RepackList listOf(Repository repository, Manifest newest, List<Sparse> sparse) {
        var worthwhile = sparse.stream()
                // Frame maps are small, and stored anew with what they describe.
                .filter(pack -> pack.pack().kind() == PackId.Kind.DATA && pack.dead() >= LEAST_DEAD)
                .sorted(Comparator.comparingLong(Sparse::dead).reversed())
                .toList();
        var files = SparseFiles.of(
                repository, newest, worthwhile.stream().map(Sparse::pack).collect(Collectors.toSet()));
        var used = files.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
        // What stays for older backups alone has been stored anew already.
        var chosen = chosen(
                worthwhile.stream().filter(pack -> used.contains(pack.pack())).toList());
        return new RepackList(
                RepackList.VERSION,
                chosen.stream().map(pack -> pack.key().text()).toList(),
                files.entrySet().stream()
                        .filter(file -> !Collections.disjoint(file.getValue(), chosen))
                        .map(Map.Entry::getKey)
                        .limit(MOST_FILES)
                        .toList());
    }

    private static NavigableSet<PackId> chosen(List<Sparse> sorted) {
        var chosen = new TreeSet<>(Comparator.comparing(PackId::key));
        long bytes = 0;
        for (var pack : sorted) {
            if (chosen.isEmpty() || bytes + pack.alive() <= MOST_BYTES) {
                chosen.add(pack.pack());
                bytes += pack.alive();
            }
        }
        return chosen;
    }
}
