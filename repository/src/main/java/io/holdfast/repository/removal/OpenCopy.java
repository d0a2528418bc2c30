package io.holdfast.repository.removal;

import io.holdfast.repository.Repository;
import io.holdfast.repository.manifest.CopyNote;
import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectMissingException;
import io.holdfast.repository.store.ObjectNumbers;
import io.holdfast.repository.store.StoredObject;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A copy of a backup that this process is making. The order in which its methods are called is the protocol: {@link #requireStays} of what
 * is there already, then {@link #prolong} from time to time, then {@link #whole}, then {@link #requireNothingCondemned}, then the manifest. Thread-safe.
 */
public final class OpenCopy {

    private final Repository target;
    private final CopyNote note;
    private final Set<Integer> taken;
    private int number;
    private Instant stored;
    private final Set<Integer> seen = new HashSet<>();

    private OpenCopy(Repository target, CopyNote note) {
        this.target = target;
        this.note = note;
        this.taken = taken(target, note);
        this.stored = storeNext(note);
    }

    static OpenCopy write(Repository target, CopyNote note) {
        return new OpenCopy(target, note);
    }

    /** A number that a copy before this one has, or a stranger, is passed over: each note counts for itself. */
    private Instant storeNext(CopyNote next) {
        while (true) {
            number = ObjectNumbers.next(number, taken);
            var key = CopyNote.key(next.backup(), number);
            try {
                target.objects().createDocument(key, next);
            } catch (ObjectExistsException _) {
                taken.add(number);
                continue;
            }
            return target.store()
                    .find(key)
                    .map(StoredObject::stored)
                    .orElseThrow(() -> new ObjectMissingException(target.store().location(), key));
        }
    }

    private static Set<Integer> taken(Repository target, CopyNote note) {
        try (var found = target.store().list(note.backup().folder(), CopyNote.before(note.backup()))) {
            return found.map(StoredObject::key)
                    .filter(CopyNote::isOne)
                    .map(key -> Integer.parseInt(key.name().substring(key.name().length() - 8)))
                    .collect(Collectors.toCollection(HashSet::new));
        }
    }

    private Instant end() {
        return stored.plus(CopyNote.LIFE);
    }

    /**
     * Looks, after the note was written, whether anybody is going to remove what is there already. A keeper that lists it later has seen the note.
     *
     * @throws RemovalException if so
     */
    public synchronized void requireStays(Collection<StoredObject> found) {
        var lists = CondemnLists.read(target);
        seen.addAll(lists.numbers());
        var condemned = new HashSet<ObjectKey>();
        for (var list : lists.all()) {
            var named = new HashSet<>(list.content().keys());
            found.stream()
                    .filter(object ->
                            named.contains(object.key()) && !object.stored().isAfter(list.stored()))
                    .map(StoredObject::key)
                    .forEach(condemned::add);
        }
        condemned.stream().findFirst().ifPresent(key -> {
            throw RemovalException.condemnedForCopy(note.backup(), key);
        });
    }

    /**
     * Lets it live on, if half of its life has passed.
     *
     * @throws RemovalException if it has died
     */
    public synchronized void prolong() {
        requireAlive();
        if (target.store().now().isAfter(stored.plus(CopyNote.LIFE.dividedBy(2)))) {
            var end = end();
            var again = storeNext(note.again(target.store().now()));
            if (again.isAfter(end)) {
                throw RemovalException.copyDied(note.backup(), end);
            }
            stored = again;
        }
    }

    /**
     * Says that everything is there; after that only the manifest is missing.
     *
     * @throws RemovalException if it has died
     */
    public synchronized void whole() {
        requireAlive();
        var end = end();
        var again = storeNext(note.whole(target.store().now()));
        if (again.isAfter(end)) {
            throw RemovalException.copyDied(note.backup(), end);
        }
        stored = again;
    }

    private void requireAlive() {
        if (target.store().now().isAfter(end())) {
            throw RemovalException.copyDied(note.backup(), end());
        }
    }

    /**
     * Looks, before the manifest is written, at what was condemned since.
     *
     * @param needs all that the backup needs
     * @throws RemovalException if that is among it
     */
    public synchronized void requireNothingCondemned(Set<ObjectKey> needs) {
        requireAlive();
        for (var list : CondemnLists.read(target, seen).all()) {
            for (var key : list.content().keys()) {
                if (needs.contains(key)
                        || key.isBeneath(note.backup().folder())
                        || key.equals(note.backup().manifestKey())) {
                    throw RemovalException.condemnedForCopy(note.backup(), key);
                }
            }
        }
    }
}
