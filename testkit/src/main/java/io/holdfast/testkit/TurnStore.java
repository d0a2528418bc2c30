package io.holdfast.testkit;

import io.holdfast.repository.store.Capability;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectReader;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.ObjectWriter;
import io.holdfast.repository.store.StoredObject;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A store on which each operation waits for its turn. A listing is read whole in its turn. */
final class TurnStore implements ObjectStore {

    private final ObjectStore store;
    private final Turns.Activity activity;
    private final Set<Capability> capabilities;

    TurnStore(ObjectStore store, Turns.Activity activity, Set<Capability> capabilities) {
        this.store = store;
        this.activity = activity;
        this.capabilities = Set.copyOf(capabilities);
    }

    private void stand(String operation) {
        activity.stand("%s in %s".formatted(operation, store.location()));
    }

    @Override
    public String location() {
        return store.location();
    }

    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public ObjectWriter create(ObjectKey key) {
        stand("create " + key);
        return new Writer(key, store.create(key));
    }

    @Override
    public ObjectReader open(ObjectKey key) {
        stand("open " + key);
        return store.open(key);
    }

    @Override
    public Optional<StoredObject> find(ObjectKey key) {
        stand("find " + key);
        return store.find(key);
    }

    @Override
    public Stream<StoredObject> list(ObjectKey folder) {
        stand("list " + folder);
        return whole(store.list(folder));
    }

    @Override
    public Stream<StoredObject> list(ObjectKey folder, ObjectKey after) {
        stand("list %s after %s".formatted(folder, after));
        return whole(store.list(folder, after));
    }

    @Override
    public Stream<StoredObject> list() {
        stand("list everything");
        return whole(store.list());
    }

    private static Stream<StoredObject> whole(Stream<StoredObject> objects) {
        try (objects) {
            return objects.toList().stream();
        }
    }

    @Override
    public void remove(ObjectKey key) {
        stand("remove " + key);
        store.remove(key);
    }

    @Override
    public Instant now() {
        stand("ask for the time");
        return store.now();
    }

    /** The store is shared: it is closed by whoever made it. */
    @Override
    public void close() {}

    private final class Writer implements ObjectWriter {

        private final ObjectKey key;
        private final ObjectWriter writer;

        Writer(ObjectKey key, ObjectWriter writer) {
            this.key = key;
            this.writer = writer;
        }

        @Override
        public void write(ByteBuffer bytes) {
            writer.write(bytes);
        }

        @Override
        public void commit() {
            stand("commit " + key);
            writer.commit();
        }

        @Override
        public void close() {
            writer.close();
        }
    }
}
