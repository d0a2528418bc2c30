package io.holdfast.postgres.restore;

import io.holdfast.postgres.archive.Claim;
import io.holdfast.postgres.archive.ClaimDocument;
import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.MemberName;
import io.holdfast.repository.Repository;
import io.holdfast.repository.store.ObjectExistsException;
import java.time.Instant;

/**
 * A claim under which a restore stores the WAL that it found. It is no member's: a capture that runs elsewhere must not be
 * stopped by it.
 */
final class RescueClaim {

    private static final MemberName MEMBER = MemberName.RESTORE;

    private RescueClaim() {}

    static Claim take(Repository repository, Generation generation, Instant now) {
        for (int session = newest(repository) + 1; ; session++) {
            var claim = new Claim(MEMBER, session);
            try {
                repository
                        .objects()
                        .createDocument(
                                claim.key(),
                                new ClaimDocument(MEMBER, session, generation.systemIdentifier(), "", now, ""));
                return claim;
            } catch (ObjectExistsException _) {
                // Another restore took this number: the next one is as good.
            }
        }
    }

    private static int newest(Repository repository) {
        try (var objects = repository.store().list(Claim.folder(MEMBER))) {
            return objects.filter(object -> object.key().name().equals("claim"))
                    .map(object -> object.key().text())
                    .map(key -> key.substring(key.indexOf('/', "claim/".length()) + 1, key.lastIndexOf('/')))
                    .filter(session -> session.matches("[0-9]{8}"))
                    .mapToInt(Integer::parseInt)
                    .max()
                    .orElse(0);
        }
    }
}
