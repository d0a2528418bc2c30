package io.holdfast.postgres.archive;

import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.StoredObject;
import java.util.Optional;
import java.util.function.Consumer;

/** A listing that leaves out stretches of names without reading each of them: a repository holds millions. */
final class SkippingListing {

    /** Says what to leave out. */
    interface Skip {

        /** Where the names that do not matter end, of which {@code object} is the first; empty if it does matter. */
        Optional<ObjectKey> end(StoredObject object);
    }

    private static final String LAST = "zzzzzzzz";

    private final ObjectStore store;
    private final ObjectKey folder;

    SkippingListing(ObjectStore store, ObjectKey folder) {
        this.store = store;
        this.folder = folder;
    }

    /** Goes through what matters, in the order of keys. */
    void forEach(Skip skip, Consumer<StoredObject> action) {
        var after = Optional.of(new ObjectKey("-"));
        while (after.isPresent()) {
            after = forEach(after.get(), skip, action);
        }
    }

    /** Until something is to be left out; empty at the end. */
    private Optional<ObjectKey> forEach(ObjectKey after, Skip skip, Consumer<StoredObject> action) {
        try (var objects = store.list(folder, after)) {
            for (var found = objects.iterator(); found.hasNext(); ) {
                var object = found.next();
                var end = skip.end(object);
                if (end.isPresent()) {
                    return end;
                }
                action.accept(object);
            }
            return Optional.empty();
        }
    }

    /** A key after every other in a folder of WAL: names there are digits and words in small letters. */
    static ObjectKey endOf(ObjectKey folder) {
        return folder.child(LAST);
    }

    /** The folder of an object. */
    static ObjectKey folderOf(ObjectKey key) {
        return new ObjectKey(key.text().substring(0, key.text().lastIndexOf('/')));
    }
}
