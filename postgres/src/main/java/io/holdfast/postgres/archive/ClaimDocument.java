package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.repository.Repository;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectMissingException;
import java.time.Instant;
import java.util.Optional;

/**
 * Who took a claim.
 *
 * @param session counted from 1
 * @param host where the session runs, for people
 * @param token known to the state folder of that host only: a later session with it may follow at once
 */
public record ClaimDocument(
        MemberName member, int session, SystemIdentifier systemIdentifier, String host, Instant begun, String token) {

    /** Empty if nothing is there, or what is there does not authenticate. */
    static Optional<ClaimDocument> read(Repository repository, ObjectKey claim) {
        try {
            return repository.objects().readAuthentic(claim, ClaimDocument.class);
        } catch (ObjectMissingException _) {
            return Optional.empty();
        }
    }
}
