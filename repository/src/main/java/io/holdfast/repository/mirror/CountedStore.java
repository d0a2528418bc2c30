package io.holdfast.repository.mirror;

import io.holdfast.repository.store.Capability;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectMissingException;
import io.holdfast.repository.store.ObjectReader;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.ObjectWriter;
import io.holdfast.repository.store.StoreException;
import io.holdfast.repository.store.StoredObject;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Of what is in several stores only what is in as many as the policy asks for: nothing that was stored in fewer may be taken for stored
 * after a restart. A store that does not answer has nothing. Only for reading.
 */
final class CountedStore implements ObjectStore {

    private final ObjectStore leading;
    private final Members members;
    private final CommitPolicy policy;

    CountedStore(ObjectStore leading, Members members, CommitPolicy policy) {
        this.leading = leading;
        this.members = members;
        this.policy = policy;
    }

    @Override
    public String location() {
        return leading.location();
    }

    @Override
    public Set<Capability> capabilities() {
        return leading.capabilities();
    }

    @Override
    public ObjectWriter create(ObjectKey key) {
        throw new UnsupportedOperationException("nothing is created in what counts");
    }

    @Override
    public ObjectReader open(ObjectKey key) {
        Optional<StoreException> problem = Optional.empty();
        for (var member : members.worthAsking()) {
            try {
                return member.store().open(key);
            } catch (ObjectMissingException _) {
                // Another has it, or it does not count.
            } catch (StoreException e) {
                member.failed(e);
                problem = problem.or(() -> Optional.of(e));
            }
        }
        throw problem.orElseGet(() -> new ObjectMissingException(location(), key));
    }

    @Override
    public Optional<StoredObject> find(ObjectKey key) {
        var folder = new ObjectKey(key.text().substring(0, key.text().lastIndexOf('/')));
        try (var objects = list(folder)) {
            return objects.filter(object -> object.key().equals(key)).findFirst();
        }
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
        return MergedListing.of(members, question, in -> policy.isMet(in, members.count()));
    }

    @Override
    public void remove(ObjectKey key) {
        throw new UnsupportedOperationException("nothing is removed from what counts");
    }

    @Override
    public Instant now() {
        return leading.now();
    }

    /** The view that it was made from stays open. */
    @Override
    public void close() {
        // Nothing is its own.
    }
}
