package io.holdfast.repository.key;

import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/** The data keys of a repository that are open, by epoch. New objects are written with the newest. Immutable. */
public final class KeyRing {

    private final NavigableMap<Integer, DataKey> byEpoch;
    private final Set<KeyId> ids;
    private final Optional<Supplier<KeyException>> obstacle;

    KeyRing(NavigableMap<Integer, DataKey> byEpoch) {
        this(byEpoch, Set.of(), Optional.empty());
    }

    /**
     * A ring.
     *
     * @param ids what the key that opened it is called in the repository
     * @param obstacle why nothing must be written with it
     */
    KeyRing(NavigableMap<Integer, DataKey> byEpoch, Set<KeyId> ids, Optional<Supplier<KeyException>> obstacle) {
        if (byEpoch.isEmpty()) {
            throw new IllegalArgumentException("a key ring holds at least one key");
        }
        this.byEpoch = new TreeMap<>(byEpoch);
        this.ids = new TreeSet<>(ids);
        this.obstacle = obstacle;
    }

    /**
     * The key of new objects.
     *
     * @throws KeyException if nothing must be written: a newer epoch is not open, or the key was retired
     */
    public DataKey current() {
        if (obstacle.isPresent()) {
            throw obstacle.get().get();
        }
        return newest();
    }

    /** Why {@link #current} refuses, if it does. */
    public Optional<KeyException> obstacle() {
        return obstacle.map(Supplier::get);
    }

    /** Whether there are epochs that it does not open; what names another one was not written by anybody who has the keys. */
    public boolean isBehind() {
        return obstacle().filter(KeyException::isOlderEpoch).isPresent();
    }

    /** The newest that is open, whether or not it may be written with. */
    DataKey newest() {
        return byEpoch.lastEntry().getValue();
    }

    /** The first key; it authenticates the root. */
    public DataKey first() {
        return byEpoch.firstEntry().getValue();
    }

    public DataKey ofEpoch(int epoch) {
        var key = byEpoch.get(epoch);
        if (key == null) {
            throw KeyException.wrong(
                    "no key for epoch %d was opened".formatted(epoch),
                    "this key opens epochs %s only; give one that opens all".formatted(byEpoch.keySet()));
        }
        return key;
    }

    NavigableMap<Integer, DataKey> byEpoch() {
        return byEpoch;
    }

    Set<KeyId> ids() {
        return ids;
    }

    @Override
    public String toString() {
        return "KeyRing" + byEpoch.keySet();
    }
}
