package io.holdfast.repository.mirror;

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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What is in any of several stores of one repository, as far as they answer. What is written through it - a hold, a proof - goes to
 * each that answers, and no backup may be. Thread-safe.
 */
public final class MirrorsForReading implements MirroredStore {

    private static final String MANIFESTS = "manifest/";

    private final Members members;

    /**
     * Opens those that answer; none is an error only when something is asked.
     *
     * @param onFailure sees each store that fails, with its location, and again when it has been left alone and fails again
     */
    public MirrorsForReading(List<Member> stores, BiConsumer<String, StoreException> onFailure) {
        this.members = new Members(stores, onFailure);
    }

    @Override
    public String location() {
        return members.get(members.firstAnswering().orElse(0)).location();
    }

    @Override
    public int count() {
        return members.count();
    }

    @Override
    public String location(int number) {
        return members.get(number).location();
    }

    @Override
    public ObjectStore openApart(int number) {
        return members.get(number).openApart();
    }

    @Override
    public Set<Capability> capabilities() {
        return first(ObjectStore::capabilities);
    }

    /** Asks one after the other until one answers. */
    private <T> T first(Function<ObjectStore, T> question) {
        Optional<StoreException> problem = Optional.empty();
        for (var member : members.worthAsking()) {
            try {
                return question.apply(member.store());
            } catch (StoreException e) {
                member.failed(e);
                problem = problem.or(() -> Optional.of(e));
            }
        }
        throw problem.orElseThrow();
    }

    @Override
    public ObjectReader open(ObjectKey key) {
        Optional<StoreException> problem = Optional.empty();
        var asked = members.worthAsking();
        for (int i = 0; i < asked.size(); i++) {
            var member = asked.get(i);
            try {
                return new MirroredReader(key, member, member.store().open(key), asked.subList(i + 1, asked.size()));
            } catch (ObjectMissingException _) {
                // Another may have it.
            } catch (StoreException e) {
                member.failed(e);
                problem = problem.or(() -> Optional.of(e));
            }
        }
        // Whether one that does not answer has it is not known.
        throw problem.orElseGet(() -> new ObjectMissingException(location(), key));
    }

    /** A backup counts if it was in time anywhere, so of its manifest the oldest is told, and of all else the first that is found. */
    @Override
    public Optional<StoredObject> find(ObjectKey key) {
        boolean all = key.text().startsWith(MANIFESTS);
        Optional<StoreException> problem = Optional.empty();
        var found = new ArrayList<StoredObject>();
        boolean answered = false;
        for (var member : members.worthAsking()) {
            try {
                member.store().find(key).ifPresent(found::add);
                answered = true;
            } catch (StoreException e) {
                member.failed(e);
                problem = problem.or(() -> Optional.of(e));
            }
            if (!all && !found.isEmpty()) {
                break;
            }
        }
        if (!answered) {
            throw problem.orElseThrow();
        }
        return found.stream().min(Comparator.comparing(StoredObject::stored));
    }

    @Override
    public Stream<StoredObject> list(ObjectKey folder) {
        return merged(MergedListing.beneath(folder));
    }

    @Override
    public Stream<StoredObject> list(ObjectKey folder, ObjectKey after) {
        return merged(MergedListing.beneath(folder, after));
    }

    @Override
    public Stream<StoredObject> list() {
        return merged(MergedListing.everything());
    }

    private Stream<StoredObject> merged(MergedListing.Question question) {
        return MergedListing.of(members, question, _ -> true);
    }

    /** Small: it is kept until its commit. */
    @Override
    public ObjectWriter create(ObjectKey key) {
        return new ObjectWriter() {

            private final ByteArrayOutputStream content = new ByteArrayOutputStream();

            @Override
            public void write(ByteBuffer bytes) {
                var part = new byte[bytes.remaining()];
                bytes.get(part);
                content.writeBytes(part);
            }

            @Override
            public void commit() {
                createEverywhere(key, content.toByteArray());
            }

            @Override
            public void close() {
                // Nothing was begun.
            }
        };
    }

    /** One that hangs is not waited for: others that answer have it then. */
    private void createEverywhere(ObjectKey key, byte[] content) {
        if (find(key).isPresent()) {
            throw new ObjectExistsException(location(), key);
        }
        Optional<StoreException> problem = Optional.empty();
        boolean stored = false;
        for (var member : members.worthAsking()) {
            try {
                member.create(key, content);
                stored = true;
            } catch (StoreException e) {
                // Also where the name is taken by now: it is not what was to be stored there.
                member.failed(e);
                problem = problem.or(() -> Optional.of(e));
            }
        }
        if (!stored) {
            throw problem.orElseThrow();
        }
    }

    @Override
    public void remove(ObjectKey key) {
        throw new UnsupportedOperationException("nothing is removed from several stores at once by who reads them");
    }

    @Override
    public Optional<Instant> lockedUntil(ObjectKey key) {
        return first(store -> store.lockedUntil(key));
    }

    @Override
    public Optional<Instant> notRemovableUntil(ObjectKey key) {
        return first(store -> store.notRemovableUntil(key));
    }

    @Override
    public Instant now() {
        return first(ObjectStore::now);
    }

    @Override
    public void close() {
        members.close();
    }
}
