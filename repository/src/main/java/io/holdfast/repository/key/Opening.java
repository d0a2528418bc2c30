package io.holdfast.repository.key;

import io.holdfast.problem.HoldfastException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What one key-encryption key opens of what is stored.
 *
 * @param keys the data keys by epoch, without holes from 1
 * @param holders the keys by whose wraps they were opened: one, unless it was added twice
 * @param problems wraps that this key was not tried with, since they ask for what none may
 */
record Opening(NavigableMap<Integer, DataKey> keys, List<Opened> holders, List<HoldfastException> problems) {

    /** A wrap and what was in it. */
    record Opened(KeyWrap wrap, DataKey dataKey) {}

    /**
     * Tries every wrap of the key's kind.
     *
     * @param isFirst whether a data key of epoch 1 is the repository's: somebody with the key can store another
     */
    static Opening of(StoredKeys stored, DerivedKey by, Predicate<DataKey> isFirst) {
        var problems = new ArrayList<HoldfastException>();
        var opened = candidates(stored, by, problems);
        var keys = new TreeMap<Integer, DataKey>();
        first(opened, isFirst).ifPresent(first -> keys.put(1, first));
        if (!keys.isEmpty()) {
            addLater(stored, opened, keys);
        }
        var holders = opened.stream()
                .filter(one -> keys.containsKey(one.dataKey().epoch())
                        && keys.get(one.dataKey().epoch()).isSameAs(one.dataKey()))
                .toList();
        return new Opening(keys, holders, problems);
    }

    /** All that opens, proven to be the repository's or not. */
    static List<Opened> candidates(StoredKeys stored, DerivedKey by, List<HoldfastException> problems) {
        var opened = new ArrayList<Opened>();
        for (var wrap : stored.wraps()) {
            if (wrap.kind().equals(by.by().kind())) {
                try {
                    wrap.open(by).ifPresent(dataKey -> opened.add(new Opened(wrap, dataKey)));
                } catch (KeyException e) {
                    problems.add(e);
                }
            }
        }
        return opened;
    }

    private static Optional<DataKey> first(List<Opened> opened, Predicate<DataKey> isFirst) {
        var candidates = opened.stream()
                .map(Opened::dataKey)
                .filter(key -> key.epoch() == 1)
                .toList();
        return candidates.stream()
                .filter(isFirst)
                .findFirst()
                .or(() -> candidates.stream().findFirst());
    }

    private static void addLater(StoredKeys stored, List<Opened> opened, TreeMap<Integer, DataKey> keys) {
        for (var found = Optional.of(keys.lastEntry().getValue()); found.isPresent(); ) {
            found = stored.start(found.get())
                    .flatMap(start -> opened.stream()
                            .map(Opened::dataKey)
                            .filter(start::isOf)
                            .findFirst());
            found.ifPresent(key -> keys.put(key.epoch(), key));
        }
    }

    /** The names of this key in the repository. */
    TreeSet<KeyId> ids() {
        var ids = new TreeSet<KeyId>();
        holders.forEach(one -> ids.add(one.wrap().key()));
        return ids;
    }

    /** The epochs for which a key of this name has a wrap that opens. */
    TreeSet<Integer> epochs(KeyId id) {
        var epochs = new TreeSet<Integer>();
        holders.stream()
                .filter(one -> one.wrap().key().equals(id))
                .forEach(one -> epochs.add(one.wrap().epoch()));
        return epochs;
    }
}
