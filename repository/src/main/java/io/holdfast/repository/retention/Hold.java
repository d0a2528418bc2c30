package io.holdfast.repository.retention;

import io.holdfast.repository.pack.BackupId;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Keeps a backup, and what the engine names, from being removed.
 *
 * @param postgres what only the PostgreSQL engine understands
 * @param by who placed it, for people
 * @param placed by the store's clock, as all times here
 * @param ends without it, it holds until it is released
 */
public record Hold(
        int number,
        Optional<BackupId> backup,
        Optional<JsonNode> postgres,
        String reason,
        String by,
        Instant placed,
        Optional<Instant> ends) {

    public boolean isInForce(Instant now) {
        return ends.filter(end -> !now.isBefore(end)).isEmpty();
    }

    /** For people. */
    public String describe() {
        return "hold %d of %s: %s%s"
                .formatted(number, by, reason, ends.map(end -> ", until " + end).orElse(""));
    }

    Hold until(Optional<Instant> end) {
        return new Hold(number, backup, postgres, reason, by, placed, end);
    }
}
