package io.holdfast.postgres.retention;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.repository.document.Json;
import io.holdfast.repository.retention.Hold;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The WAL that a hold names, on whatever timelines.
 *
 * @param to absent for all that follows
 */
public record HeldWal(int generation, Lsn from, Optional<Lsn> to) {

    public JsonNode document() {
        return Json.mapper().valueToTree(this);
    }

    @Override
    public String toString() {
        return "generation %d, %s"
                .formatted(generation, to.map(end -> from + " to " + end).orElse("from " + from + " on"));
    }

    public static Optional<HeldWal> of(Hold hold) {
        return hold.postgres().map(document -> Json.mapper().treeToValue(document, HeldWal.class));
    }
}
