package io.holdfast.repository.retention;

import io.holdfast.repository.pack.BackupId;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/**
 * An object beneath {@code hold/}.
 *
 * @param hold the number of the hold that is renewed or released
 * @param seconds how long it holds from when this was stored; for ever without it
 * @param postgres what only the PostgreSQL engine understands
 * @param here whether it is of this store alone, of whoever reads or writes there; not so without it
 */
record HoldDocument(
        Kind kind,
        OptionalInt hold,
        Optional<BackupId> backup,
        String reason,
        String by,
        OptionalLong seconds,
        Optional<JsonNode> postgres,
        Optional<Boolean> here) {

    boolean isOfThisStoreAlone() {
        return here.orElse(false);
    }

    enum Kind {
        PLACE,
        RENEW,
        RELEASE
    }
}
