package io.holdfast.postgres.mirror;

import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.store.Capability;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectReader;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.ObjectWriter;
import io.holdfast.repository.store.StoreException;
import io.holdfast.repository.store.StoredObject;
import io.holdfast.testkit.PowerFailureDisk;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A store on a disk in memory that goes away: every operation fails until it comes back, also of what was opened before. */
final class Place implements ObjectStore {

    private final ObjectStore store;
    private boolean away;

    Place(String folder, InstantSource time) {
        this.store = FilesystemStore.create(PowerFailureDisk.strict(time), Path.of(folder), time);
    }

    void goAway() {
        away = true;
    }

    void comeBack() {
        away = false;
    }

    private <T> T there(Supplier<T> operation) {
        if (away) {
            throw new StoreException(location() + " is away", "wait for it", ProblemKind.UNAVAILABLE, null);
        }
        return operation.get();
    }

    private void there(Runnable operation) {
        there(() -> {
            operation.run();
            return true;
        });
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
        var writer = there(() -> store.create(key));
        return new ObjectWriter() {
            @Override
            public void write(ByteBuffer bytes) {
                there(() -> writer.write(bytes));
            }

            @Override
            public void commit() {
                there(writer::commit);
            }

            @Override
            public void close() {
                writer.close();
            }
        };
    }

    @Override
    public ObjectReader open(ObjectKey key) {
        var reader = there(() -> store.open(key));
        return new ObjectReader() {
            @Override
            public ObjectKey key() {
                return key;
            }

            @Override
            public long size() {
                return reader.size();
            }

            @Override
            public void read(long offset, ByteBuffer target) {
                there(() -> reader.read(offset, target));
            }

            @Override
            public void close() {
                reader.close();
            }
        };
    }

    @Override
    public Optional<StoredObject> find(ObjectKey key) {
        return there(() -> store.find(key));
    }

    @Override
    public Stream<StoredObject> list(ObjectKey folder) {
        return there(() -> store.list(folder));
    }

    @Override
    public Stream<StoredObject> list(ObjectKey folder, ObjectKey after) {
        return there(() -> store.list(folder, after));
    }

    @Override
    public Stream<StoredObject> list() {
        return there(() -> store.list());
    }

    @Override
    public void remove(ObjectKey key) {
        there(() -> store.remove(key));
    }

    @Override
    public Instant now() {
        return there(store::now);
    }

    @Override
    public void close() {
        // It is on a disk in memory, and opened once.
    }
}
