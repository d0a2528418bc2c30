package io.holdfast.repository.store;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A store as if some of its objects were not there. Only for reading: nothing is created or removed in it. */
public final class IncompleteStore implements ObjectStore {

    private final ObjectStore store;
    private final Set<ObjectKey> missing;

    public IncompleteStore(ObjectStore store, Set<ObjectKey> missing) {
        this.store = store;
        this.missing = Set.copyOf(missing);
    }

    @Override
    public String location() {
        return store.location();
    }

    @Override
    public Set<Capability> capabilities() {
        return store.capabilities();
    }

    @Override
    public ObjectWriter create(ObjectKey key) {
        throw new UnsupportedOperationException("nothing is created in a store that is looked at without some objects");
    }

    @Override
    public ObjectReader open(ObjectKey key) {
        if (missing.contains(key)) {
            throw new ObjectMissingException(store.location(), key);
        }
        return store.open(key);
    }

    @Override
    public Optional<StoredObject> find(ObjectKey key) {
        return missing.contains(key) ? Optional.empty() : store.find(key);
    }

    @Override
    public Stream<StoredObject> list(ObjectKey folder) {
        return left(store.list(folder));
    }

    @Override
    public Stream<StoredObject> list(ObjectKey folder, ObjectKey after) {
        return left(store.list(folder, after));
    }

    @Override
    public Stream<StoredObject> list() {
        return left(store.list());
    }

    @Override
    public Optional<Instant> notRemovableUntil(ObjectKey key) {
        return missing.contains(key) ? Optional.empty() : store.notRemovableUntil(key);
    }

    @Override
    public Optional<Instant> lockedUntil(ObjectKey key) {
        return missing.contains(key) ? Optional.empty() : store.lockedUntil(key);
    }

    private Stream<StoredObject> left(Stream<StoredObject> objects) {
        return objects.filter(object -> !missing.contains(object.key()));
    }

    @Override
    public void remove(ObjectKey key) {
        throw new UnsupportedOperationException("nothing is removed in a store that is looked at without some objects");
    }

    @Override
    public Instant now() {
        return store.now();
    }

    @Override
    public void close() {
        store.close();
    }
}
