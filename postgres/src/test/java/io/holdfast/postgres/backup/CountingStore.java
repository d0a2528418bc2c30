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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A store that remembers what was read. */
final class CountingStore implements ObjectStore {

    private final ObjectStore store;
    private final List<ObjectKey> opened = new CopyOnWriteArrayList<>();
    private final AtomicInteger operations = new AtomicInteger();

    CountingStore(ObjectStore store) {
        this.store = store;
    }

    void forget() {
        opened.clear();
        operations.set(0);
    }

    /** The objects that were opened, as often as they were. */
    List<ObjectKey> opened() {
        return List.copyOf(opened);
    }

    /** How often anything was asked of the store itself. */
    int operations() {
        return operations.get();
    }

    @Override
    public ObjectReader open(ObjectKey key) {
        operations.incrementAndGet();
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
        operations.incrementAndGet();
        return store.create(key);
    }

    @Override
    public Optional<StoredObject> find(ObjectKey key) {
        operations.incrementAndGet();
        return store.find(key);
    }

    @Override
    public Stream<StoredObject> list(ObjectKey folder) {
        operations.incrementAndGet();
        return store.list(folder);
    }

    @Override
    public Stream<StoredObject> list(ObjectKey folder, ObjectKey after) {
        operations.incrementAndGet();
        return store.list(folder, after);
    }

    @Override
    public Stream<StoredObject> list() {
        operations.incrementAndGet();
        return store.list();
    }

    @Override
    public void remove(ObjectKey key) {
        operations.incrementAndGet();
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
