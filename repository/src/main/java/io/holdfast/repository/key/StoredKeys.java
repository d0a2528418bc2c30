package io.holdfast.repository.key;

import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.binary.MalformedEncodingException;
import io.holdfast.repository.document.Json;
import io.holdfast.repository.document.PlainDocuments;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectMissingException;
import io.holdfast.repository.store.ObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * All that a store holds of keys, as it says it: nothing of it is proven yet. What cannot be read is kept beside, since it
 * must not keep anybody from opening a repository with what can.
 *
 * @param wraps of this repository
 * @param starts of the epochs after the first, by number; empty where the document cannot be read
 */
record StoredKeys(
        String location,
        RepositoryId repository,
        List<KeyWrap> wraps,
        List<HoldfastException> unreadable,
        NavigableMap<Integer, Optional<EpochStart>> starts,
        List<KeyMark> marks) {

    private static final Pattern EPOCH = Pattern.compile("[0-9]{8}");

    static StoredKeys read(ObjectStore store, RepositoryId repository) {
        var all = new StoredKeys(
                store.location(), repository, new ArrayList<>(), new ArrayList<>(), new TreeMap<>(), new ArrayList<>());
        for (var name : list(store, KeyWrap.FOLDER)) {
            read(store, name, KeyWrap.class, all.unreadable)
                    .filter(wrap -> wrap.repository().equals(repository))
                    .ifPresent(all.wraps::add);
        }
        for (var name : list(store, EpochStart.FOLDER)) {
            if (EPOCH.matcher(name.name()).matches()) {
                all.starts.put(Integer.parseInt(name.name()), read(store, name, EpochStart.class, all.unreadable));
            }
        }
        for (var name : list(store, KeyMark.FOLDER)) {
            read(store, name, KeyMark.class, new ArrayList<>()).ifPresent(all.marks::add);
        }
        return all;
    }

    /** The names of all that {@link #read} reads: as long as they are the same, so is what it would return. */
    static Set<ObjectKey> names(ObjectStore store) {
        return new TreeSet<>(Stream.of(KeyWrap.FOLDER, EpochStart.FOLDER, KeyMark.FOLDER)
                .flatMap(folder -> list(store, folder).stream())
                .toList());
    }

    /** The names of the wraps of one key. */
    static List<ObjectKey> namesOf(ObjectStore store, RepositoryId repository, KeyId key) {
        return list(store, KeyWrap.FOLDER).stream()
                .filter(name -> read(store, name, KeyWrap.class, new ArrayList<>())
                        .filter(wrap -> wrap.repository().equals(repository)
                                && wrap.key().equals(key))
                        .isPresent())
                .toList();
    }

    /** The newest epoch that anything says there is. */
    int newest() {
        return starts.isEmpty() ? 1 : Math.max(1, starts.lastKey());
    }

    /** Of an epoch after the first: only if nobody but a holder of the epoch before can have written it. */
    Optional<EpochStart> start(DataKey before) {
        return starts.getOrDefault(before.epoch() + 1, Optional.empty()).filter(start -> start.isAuthentic(before));
    }

    /** Why there is more than what is open: an epoch that has begun, or an object that anybody can have put there. */
    Supplier<KeyException> notOpened(DataKey newestOpen) {
        int open = newestOpen.epoch();
        return start(newestOpen).isPresent()
                ? () -> KeyException.olderEpoch(this, open)
                : () -> KeyException.unprovenEpoch(this, open);
    }

    private static List<ObjectKey> list(ObjectStore store, ObjectKey folder) {
        try (var objects = store.list(folder)) {
            return objects.map(object -> object.key()).toList();
        }
    }

    private static <T> Optional<T> read(
            ObjectStore store, ObjectKey name, Class<T> type, List<HoldfastException> unreadable) {
        try {
            var document = PlainDocuments.read(store, name, JsonNode.class);
            var version = document.path("version");
            if (version.isIntegralNumber() && version.asLong() != KeyWrap.VERSION) {
                throw KeyException.newer(name, version.asLong());
            }
            return Optional.of(Json.convert(name, document, type));
        } catch (ObjectMissingException _) {
            return Optional.empty(); // Removed since it was listed.
        } catch (MalformedEncodingException | KeyException e) {
            unreadable.add(e);
            return Optional.empty();
        }
    }
}
