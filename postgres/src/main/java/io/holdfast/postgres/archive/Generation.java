package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.postgres.wal.WalSegmentSize;
import io.holdfast.repository.Repository;
import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectKey;
import java.util.Optional;

/**
 * The cluster that a repository protects: every system identifier it has had over its life is a generation of the one
 * name.
 *
 * @param number counted from 1
 * @param majorVersion of PostgreSQL
 */
public record Generation(
        int number, SystemIdentifier systemIdentifier, int majorVersion, WalSegmentSize walSegmentSize) {

    private static ObjectKey key(int number) {
        return ObjectKey.of("generation", "%08d".formatted(number));
    }

    /** The newest generation; none before the first backup or capture. */
    public static Optional<Generation> newest(Repository repository) {
        try (var generations = repository.store().list(ObjectKey.of("generation"))) {
            return generations
                    .reduce((_, last) -> last)
                    .map(object -> repository.objects().readDocument(object.key(), Generation.class));
        }
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
            throw new OtherClusterException(repository.name(), systemIdentifier);
        }
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
            var first = new Generation(1, systemIdentifier, majorVersion, segmentSize);
            try {
                repository.objects().createDocument(key(1), first);
                return first;
            } catch (ObjectExistsException _) {
                known = newest(repository);
            }
        }
        return known.filter(generation -> generation.systemIdentifier.equals(systemIdentifier))
                .orElseThrow(() -> new OtherClusterException(repository.name(), systemIdentifier));
    }
}
