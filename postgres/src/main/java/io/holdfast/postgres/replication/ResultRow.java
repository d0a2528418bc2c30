package io.holdfast.postgres.replication;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** One row of a command's answer, in text form; a null is an absent value. */
record ResultRow(Map<String, byte[]> values) {

    Optional<byte[]> bytes(String column) {
        return Optional.ofNullable(values.get(column));
    }

    Optional<String> text(String column) {
        return bytes(column).map(value -> new String(value, StandardCharsets.UTF_8));
    }
}
