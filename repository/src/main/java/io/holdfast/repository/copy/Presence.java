package io.holdfast.repository.copy;

import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.StoredObject;
import java.util.Collection;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which of some objects are in a store: asked folder by folder, and one by one where that is less. */
final class Presence {

    /** A listing gives a thousand names, and may begin with as many that nobody asked for. */
    private static final int MOST_ASKED = 8;

    private Presence() {}

    static Map<ObjectKey, StoredObject> of(ObjectStore store, Collection<ObjectKey> keys) {
        var folders = new TreeMap<ObjectKey, SortedSet<ObjectKey>>();
        keys.forEach(key ->
                folders.computeIfAbsent(folder(key), _ -> new TreeSet<>()).add(key));
        var found = new TreeMap<ObjectKey, StoredObject>();
        folders.forEach((folder, wanted) -> {
            if (wanted.size() <= MOST_ASKED) {
                wanted.forEach(key -> store.find(key).ifPresent(object -> found.put(key, object)));
            } else {
                list(store, folder, wanted, found);
            }
        });
        return found;
    }

    private static void list(
            ObjectStore store, ObjectKey folder, SortedSet<ObjectKey> wanted, Map<ObjectKey, StoredObject> found) {
        try (var objects = store.list(folder)) {
            objects.takeWhile(object -> object.key().compareTo(wanted.last()) <= 0)
                    .filter(object -> wanted.contains(object.key()))
                    .forEach(object -> found.put(object.key(), object));
        }
    }

    private static ObjectKey folder(ObjectKey key) {
        return new ObjectKey(key.text().substring(0, key.text().lastIndexOf('/')));
    }
}
