package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.SystemIdentifier;
import java.time.Instant;

/**
 * Who took a claim.
 *
 * @param session counted from 1
 * @param host where the session runs, for people
 * @param token known to the state folder of that host only: a later session with it may follow at once
 */
public record ClaimDocument(
        MemberName member, int session, SystemIdentifier systemIdentifier, String host, Instant begun, String token) {}
