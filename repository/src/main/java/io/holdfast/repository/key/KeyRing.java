package io.holdfast.repository.key;

import java.util.NavigableMap;
import java.util.TreeMap;

/** The data keys of a repository that are open, by epoch. New objects are written with the newest. Immutable. */
public final class KeyRing {

    private final NavigableMap<Integer, DataKey> byEpoch;

    KeyRing(NavigableMap<Integer, DataKey> byEpoch) {
        if (byEpoch.isEmpty()) {
            throw new IllegalArgumentException("a key ring holds at least one key");
        }
        this.byEpoch = new TreeMap<>(byEpoch);
    }

    public DataKey current() {
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

    @Override
    public String toString() {
        return "KeyRing" + byEpoch.keySet();
    }
}
