package io.holdfast.postgres.backup;

import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.store.Capability;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectReader;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.ObjectWriter;
import io.holdfast.repository.store.StoreException;
import io.holdfast.repository.store.StoredObject;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A store whose n-th writing operation fails, and which may keep the objects of some names waiting. */
final class FailingStore implements ObjectStore {

    private final ObjectStore store;
    private final AtomicInteger operations = new AtomicInteger();
    private volatile int failing = Integer.MAX_VALUE;
    private volatile Predicate<ObjectKey> stuck = _ -> false;

    FailingStore(ObjectStore store) {
        this.store = store;
    }

    /** Counted from now, from 1. */
    void failAt(int operation) {
        operations.set(0);
        failing = operation;
    }

    void recover() {
        failing = Integer.MAX_VALUE;
        stuck = _ -> false;
    }

    int operations() {
        return operations.get();
    }

    /** Whoever commits such an object waits until interrupted. */
    void stick(Predicate<ObjectKey> keys) {
        stuck = keys;
    }

    private void operate(ObjectKey key) {
        if (operations.incrementAndGet() == failing) {
            throw new StoreException("the disk of '%s' broke".formatted(key), "mend it", ProblemKind.UNAVAILABLE, null);
        }
    }

    @Override
    public ObjectWriter create(ObjectKey key) {
        operate(key);
        var writer = store.create(key);
        return new ObjectWriter() {
            @Override
            public void write(ByteBuffer bytes) {
                operate(key);
                writer.write(bytes);
            }

            @Override
            public void commit() {
                operate(key);
                while (stuck.test(key)) {
                    try {
                        Thread.sleep(20);
                    } catch (InterruptedException e) {
                        throw new StoreException("interrupted", "go on", ProblemKind.UNAVAILABLE, e);
                    }
                }
                writer.commit();
            }

            @Override
            public void close() {
                writer.close();
            }
        };
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
