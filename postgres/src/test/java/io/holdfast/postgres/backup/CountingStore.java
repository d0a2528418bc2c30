package io.holdfast.postgres.backup;

import io.holdfast.repository.store.Capability;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectReader;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.ObjectWriter;
import io.holdfast.repository.store.StoredObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** A store that remembers what was read. */
final class CountingStore implements ObjectStore {

    private final ObjectStore store;
    private final List<ObjectKey> opened = new CopyOnWriteArrayList<>();

    CountingStore(ObjectStore store) {
        this.store = store;
    }

    void forget() {
        opened.clear();
    }

    /** The objects that were opened, as often as they were. */
    List<ObjectKey> opened() {
        return List.copyOf(opened);
    }

    @Override
    public ObjectReader open(ObjectKey key) {
        opened.add(key);
        return store.open(key);
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
