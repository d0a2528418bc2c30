package io.holdfast.repository.key;

import java.time.Instant;
import java.util.Comparator;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;

/** That a key was retired: another took its place, or whoever held it left. */
record Retirement(KeyId key, Instant at) {

    /**
     * Of the key that opened a repository: only if every name is retired that it has.
     *
     * @param newest the newest epoch that a name opens
     */
    static Optional<Retirement> of(
            StoredKeys stored, NavigableMap<Integer, DataKey> keys, Set<KeyId> ids, ToIntFunction<KeyId> newest) {
        var retired = ids.stream()
                .map(id -> mark(stored, keys, id, KeyMark.RETIRED, newest.applyAsInt(id)))
                .toList();
        return retired.stream().allMatch(Optional::isPresent)
                ? retired.stream()
                        .flatMap(Optional::stream)
                        .map(mark -> new Retirement(mark.key(), mark.at()))
                        .findFirst()
                : Optional.empty();
    }

    /**
     * The newest authentic mark that counts.
     *
     * @param atLeast whoever holds only keys of earlier epochs says nothing of a key that opens a later one
     */
    static Optional<KeyMark> mark(
            StoredKeys stored, NavigableMap<Integer, DataKey> keys, KeyId id, String what, int atLeast) {
        return stored.marks().stream()
                .filter(mark -> mark.key().equals(id) && mark.what().equals(what) && mark.epoch() >= atLeast)
                .filter(mark -> keys.containsKey(mark.epoch()) && mark.isAuthentic(keys.get(mark.epoch())))
                .max(Comparator.comparing(KeyMark::at));
    }
}
