package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.postgres.wal.WalSegmentSize;
import io.holdfast.repository.Repository;
import io.holdfast.repository.frame.Reading;
import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectNumbers;
import io.holdfast.repository.store.StoredObject;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.annotation.JsonDeserialize;

/**
 * The cluster that a repository protects: every system identifier it has had over its life is a generation of the one
 * name.
 *
 * @param number counted from 1
 * @param majorVersion of PostgreSQL
 */
@JsonDeserialize(using = GenerationReader.class)
public record Generation(
        int number, SystemIdentifier systemIdentifier, int majorVersion, WalSegmentSize walSegmentSize) {

    private static final ObjectKey FOLDER = ObjectKey.of("generation");

    /** Where one with a number is, or would be. */
    public static ObjectKey key(int number) {
        return FOLDER.child(ObjectNumbers.text(number));
    }

    private ObjectKey key() {
        return key(number);
    }

    /** Its number as a part of names. */
    String segment() {
        return ObjectNumbers.text(number);
    }

    /** Whether a session stored an object for this generation. */
    boolean holds(ObjectKey key) {
        var parts = key.text().split("/", 5);
        return parts.length == 5 && parts[0].equals("claim") && parts[3].equals(segment());
    }

    /** Where what a session stored for another generation ends, if {@code key} names one such object. */
    Optional<ObjectKey> endOfOther(ObjectKey key) {
        var parts = key.text().split("/", 5);
        return parts.length == 5 && !holds(key)
                ? Optional.of(SkippingListing.endOf(ObjectKey.of(parts[0], parts[1], parts[2], parts[3])))
                : Optional.empty();
    }

    /** Every generation that can be read, oldest first. */
    public static List<Generation> all(Repository repository) {
        return look(repository).stream()
                .flatMap(found -> found.content().stream())
                .toList();
    }

    /** Every generation, readable or not, oldest first. */
    static List<Reading<Generation>> look(Repository repository) {
        return keys(repository).stream().map(key -> read(repository, key)).toList();
    }

    private static Reading<Generation> read(Repository repository, ObjectKey key) {
        return repository.objects().attempt(key, () -> repository.objects().readDocument(key, Generation.class));
    }

    private static List<ObjectKey> keys(Repository repository) {
        try (var generations = repository.store().list(FOLDER)) {
            return generations
                    .map(StoredObject::key)
                    .filter(key -> key.equals(FOLDER.child(key.name()))
                            && ObjectNumbers.parse(key.name()).orElse(0) > 0)
                    .toList();
        }
    }

    /** The newest generation that can be read; none before the first backup or capture. */
    public static Optional<Generation> newest(Repository repository) {
        return keys(repository).reversed().stream()
                .flatMap(key -> read(repository, key).content().stream())
                .findFirst();
    }

    /**
     * Writes nothing.
     *
     * @throws OtherClusterException if the repository protects another cluster than this one
     */
    public static void refuseOther(Repository repository, SystemIdentifier systemIdentifier) {
        if (newest(repository)
                .filter(known -> !known.systemIdentifier.equals(systemIdentifier))
                .isPresent()) {
            throw other(repository, systemIdentifier);
        }
    }

    /**
     * Writes nothing.
     *
     * @throws OtherClusterException if this is a cluster that another one has followed
     */
    public static void refusePast(Repository repository, SystemIdentifier systemIdentifier) {
        if (all(repository).stream().anyMatch(generation -> generation.systemIdentifier.equals(systemIdentifier))) {
            refuseOther(repository, systemIdentifier);
        }
    }

    private static OtherClusterException other(Repository repository, SystemIdentifier found) {
        var generations = all(repository);
        return generations.stream()
                .filter(generation -> generation.systemIdentifier.equals(found))
                .findFirst()
                .map(past -> OtherClusterException.past(repository.name(), past, generations.getLast()))
                .orElseGet(() -> OtherClusterException.unknown(repository.name(), found, generations.getLast()));
    }

    /**
     * Makes sure that this is the cluster which the repository protects; the first cluster becomes it.
     *
     * @throws OtherClusterException if the repository protects another
     */
    public static Generation admit(
            Repository repository, SystemIdentifier systemIdentifier, int majorVersion, WalSegmentSize segmentSize) {
        var known = newest(repository);
        if (known.isEmpty()) {
            return new Generation(1, systemIdentifier, majorVersion, segmentSize).open(repository);
        }
        return known.filter(generation -> generation.systemIdentifier.equals(systemIdentifier))
                .orElseThrow(() -> other(repository, systemIdentifier));
    }

    /**
     * Writes this generation, which follows the newest; under the next number if what has its number is no generation.
     *
     * @return this one; or the same, if another call opened it for the same cluster at the same moment
     * @throws OtherClusterException if somebody opened one for another cluster
     */
    public Generation open(Repository repository) {
        var next = this;
        while (!next.create(repository)) {
            if (read(repository, next.key()).content().isPresent()) {
                return admit(repository, systemIdentifier, majorVersion, walSegmentSize);
            }
            next = new Generation(next.number + 1, systemIdentifier, majorVersion, walSegmentSize);
        }
        return next;
    }

    private boolean create(Repository repository) {
        try {
            repository.objects().createDocument(key(), this);
            return true;
        } catch (ObjectExistsException _) {
            return false;
        }
    }
}
