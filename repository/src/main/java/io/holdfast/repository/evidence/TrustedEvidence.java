package io.holdfast.repository.evidence;

import io.holdfast.repository.key.RepositoryId;
import java.util.Optional;
import java.util.Set;

/**
 * What whoever verifies knows from elsewhere.
 *
 * @param keys of writers
 * @param heads hashes of entries that were there once
 * @param repository whose chains they are to be, if that is known
 */
public record TrustedEvidence(Set<EvidenceKey> keys, Set<String> heads, Optional<RepositoryId> repository) {

    public TrustedEvidence {
        keys = Set.copyOf(keys);
        heads = Set.copyOf(heads);
    }
}
