package io.holdfast.repository.repack;

import io.holdfast.repository.Repository;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.PackId;
import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectNumbers;
import io.holdfast.repository.store.StoredObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

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
        List<ObjectKey> names;
        try (var objects = repository.store().list(RepackList.FOLDER)) {
            names = objects.map(StoredObject::key)
                    .filter(key -> number(key).isPresent())
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
        return names.stream()
                .flatMap(name -> repository.objects().readAuthentic(name, RepackList.class).stream())
                .filter(list -> list.version() == RepackList.VERSION)
                .findFirst();
    }

    /**
     * Asks for what the newest backup uses of sparse packs, those with the most dead bytes first, unless that was asked for already.
     *
     * @param taken numbers that objects beneath {@code repack/} have
     * @return whether a new list was written
     */
    public static boolean ask(Repository repository, Manifest newest, List<Sparse> sparse, Set<Integer> taken) {
        var packs = chosen(sparse);
        var files = SparseFiles.of(repository, newest, packs);
        if (files.isEmpty()) {
            return false;
        }
        var used = new TreeSet<>(Comparator.comparing(PackId::key));
        files.values().forEach(used::addAll);
        var list = new RepackList(
                RepackList.VERSION,
                used.stream().map(pack -> pack.key().text()).toList(),
                files.keySet().stream().limit(MOST_FILES).toList());
        if (newest(repository).filter(list::equals).isPresent()) {
            return false;
        }
        int highest = taken.stream().mapToInt(Integer::intValue).max().orElse(0);
        try {
            repository
                    .objects()
                    .createDocument(
                            RepackList.FOLDER.child(ObjectNumbers.text(ObjectNumbers.next(highest, taken))), list);
            return true;
        } catch (ObjectExistsException _) {
            // Another keeper has asked just now.
            return false;
        }
    }

    private static Set<PackId> chosen(List<Sparse> sparse) {
        var sorted = new ArrayList<>(sparse);
        sorted.sort(Comparator.comparingLong(Sparse::dead).reversed());
        var chosen = new TreeSet<>(Comparator.comparing(PackId::key));
        long bytes = 0;
        for (var pack : sorted) {
            // Frame maps are small, and stored anew with what they describe.
            if (pack.pack().kind() == PackId.Kind.DATA
                    && pack.dead() >= LEAST_DEAD
                    && (chosen.isEmpty() || bytes + pack.alive() <= MOST_BYTES)) {
                chosen.add(pack.pack());
                bytes += pack.alive();
            }
        }
        return chosen;
    }
}
