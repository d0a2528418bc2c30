package io.holdfast.repository.mirror;

import io.holdfast.repository.store.Capability;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectReader;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.ObjectWriter;
import io.holdfast.repository.store.StoredObject;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Does as another store does, but for what a test says. */
class DelegatingStore implements ObjectStore {

    private final ObjectStore store;

    DelegatingStore(ObjectStore store) {
        this.store = store;
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
        return store.create(key);
    }

    @Override
    public ObjectReader open(ObjectKey key) {
        return store.open(key);
    }

    @Override
    public Optional<StoredObject> find(ObjectKey key) {
        return store.find(key);
    }

    @Override
    public Stream<StoredObject> list(ObjectKey folder) {
        return store.list(folder);
    }

    @Override
    public Stream<StoredObject> list(ObjectKey folder, ObjectKey after) {
        return store.list(folder, after);
    }

    @Override
    public Stream<StoredObject> list() {
        return store.list();
    }

    @Override
    public void remove(ObjectKey key) {
        store.remove(key);
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
