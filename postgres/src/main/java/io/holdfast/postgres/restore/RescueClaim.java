package io.holdfast.postgres.restore;

import io.holdfast.postgres.archive.Claim;
import io.holdfast.postgres.archive.Claims;
import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.MemberName;
import io.holdfast.repository.Repository;
import java.time.Instant;

/**
 * A claim under which a restore stores the WAL that it found. It is no member's: a capture that runs elsewhere must not be
 * stopped by it.
 */
final class RescueClaim {

    private static final MemberName MEMBER = MemberName.RESTORE;

    private RescueClaim() {}

    static Claim take(Repository repository, Generation generation, Instant now) {
        return new Claims(repository, MEMBER)
                .take(new Claims.Applicant(generation.systemIdentifier(), "", "", now, true));
    }
}
