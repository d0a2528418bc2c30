package io.holdfast.repository;

import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.store.Capability;
import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectMissingException;
import io.holdfast.repository.store.ObjectReader;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.ObjectWriter;
import io.holdfast.repository.store.StoreException;
import io.holdfast.repository.store.StoredObject;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A store whose objects a test can look at and alter, which can fail in any operation and counts what is left open. */
public final class MemoryStore implements ObjectStore {

    private final NavigableMap<ObjectKey, byte[]> objects = new ConcurrentSkipListMap<>();
    private final Map<ObjectKey, Instant> times = new ConcurrentHashMap<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger operations = new AtomicInteger();
    private volatile int failAt = Integer.MAX_VALUE;
    private volatile Instant now = Instant.EPOCH;
    private final String location;

    public MemoryStore() {
        this("memory");
    }

    /** One of several. */
    public MemoryStore(String location) {
        this.location = location;
    }

    /** Fails the n-th operation from now on, counted from 1, and all that follow. */
    public MemoryStore failAt(int n) {
        operations.set(0);
        failAt = n;
        return this;
    }

    public MemoryStore mend() {
        failAt = Integer.MAX_VALUE;
        return this;
    }

    /** Its clock stands still until it is set. */
    public void setTime(Instant time) {
        now = time;
    }

    /** Readers and writers that nobody closed. */
    public int leaks() {
        return open.get();
    }

    public byte[] content(ObjectKey key) {
        var content = objects.get(key);
        if (content == null) {
            throw new ObjectMissingException(location(), key);
        }
        return content.clone();
    }

    /** What only somebody else can do to a repository. */
    public void tamper(ObjectKey key, byte[] content) {
        objects.put(key, content.clone());
    }

    @Override
    public void remove(ObjectKey key) {
        count();
        objects.remove(key);
    }

    @Override
    public String location() {
        return location;
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.CONDITIONAL_CREATE, Capability.CONSISTENT_LISTING);
    }

    @Override
    public ObjectWriter create(ObjectKey key) {
        count();
        return new Writer(key);
    }

    @Override
    public ObjectReader open(ObjectKey key) {
        count();
        return new Reader(key, content(key));
    }

    @Override
    public Optional<StoredObject> find(ObjectKey key) {
        count();
        return Optional.ofNullable(objects.get(key)).map(content -> stored(key, content));
    }

    @Override
    public Stream<StoredObject> list(ObjectKey folder) {
        return list().filter(object -> object.key().isBeneath(folder));
    }

    @Override
    public Stream<StoredObject> list(ObjectKey folder, ObjectKey after) {
        return list(folder).filter(object -> object.key().compareTo(after) > 0);
    }

    @Override
    public Stream<StoredObject> list() {
        count();
        open.incrementAndGet();
        return objects.entrySet().stream()
                .map(object -> stored(object.getKey(), object.getValue()))
                .onClose(open::decrementAndGet);
    }

    private StoredObject stored(ObjectKey key, byte[] content) {
        return new StoredObject(key, content.length, times.getOrDefault(key, Instant.EPOCH));
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public void close() {}

    private void count() {
        if (operations.incrementAndGet() >= failAt) {
            throw new StoreException("the store is gone", "bring it back", ProblemKind.UNAVAILABLE, null);
        }
    }

    private final class Writer implements ObjectWriter {

        private final ObjectKey key;
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();

        Writer(ObjectKey key) {
            this.key = key;
            open.incrementAndGet();
        }

        @Override
        public void write(ByteBuffer bytes) {
            count();
            var chunk = new byte[bytes.remaining()];
            bytes.get(chunk);
            content.writeBytes(chunk);
        }

        @Override
        public void commit() {
            count();
            if (objects.putIfAbsent(key, content.toByteArray()) != null) {
                throw new ObjectExistsException(location(), key);
            }
            times.put(key, now);
        }

        @Override
        public void close() {
            open.decrementAndGet();
        }
    }

    private final class Reader implements ObjectReader {

        private final ObjectKey key;
        private final byte[] content;

        Reader(ObjectKey key, byte[] content) {
            this.key = key;
            this.content = content;
            open.incrementAndGet();
        }

        @Override
        public ObjectKey key() {
            return key;
        }

        @Override
        public long size() {
            return content.length;
        }

        @Override
        public void read(long offset, ByteBuffer target) {
            count();
            target.put(content, Math.toIntExact(offset), target.remaining());
        }

        @Override
        public void close() {
            open.decrementAndGet();
        }
    }
}
