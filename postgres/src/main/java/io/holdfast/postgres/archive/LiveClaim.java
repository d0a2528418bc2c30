package io.holdfast.postgres.archive;

import io.holdfast.repository.Repository;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.StoredObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A session that stored something a moment ago.
 *
 * @param age of its last sign of life, by the store's time
 */
public record LiveClaim(ClaimDocument document, Duration age) {

    /** The newest session of every member, if it is not older than {@link Claims#LIFE}. */
    public static List<LiveClaim> all(Repository repository) {
        Map<MemberName, StoredObject> newest = new HashMap<>();
        try (var objects = repository.store().list(ObjectKey.of("claim"))) {
            objects.forEach(object -> newest.merge(
                    new MemberName(object.key().text().split("/", 3)[1]),
                    object,
                    (one, other) -> other.stored().isBefore(one.stored()) ? one : other));
        }
        newest.remove(MemberName.RESTORE);
        var now = repository.store().now();
        return newest.values().stream()
                .filter(object -> Duration.between(object.stored(), now).compareTo(Claims.LIFE) <= 0)
                .map(object -> new LiveClaim(document(repository, object), Duration.between(object.stored(), now)))
                .toList();
    }

    private static ClaimDocument document(Repository repository, StoredObject object) {
        var parts = object.key().text().split("/", 4);
        return repository
                .objects()
                .readDocument(ObjectKey.of("claim", parts[1], parts[2], "claim"), ClaimDocument.class);
    }
}
