package io.holdfast.repository.key;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.ByteBuffer;
import java.util.UUID;

/** What tells a repository from every other; bound into all that is encrypted for it. */
public record RepositoryId(UUID value) {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static RepositoryId parse(String text) {
        return new RepositoryId(UUID.fromString(text));
    }

    /** Sixteen bytes. */
    public byte[] bytes() {
        return ByteBuffer.allocate(16)
                .putLong(value.getMostSignificantBits())
                .putLong(value.getLeastSignificantBits())
                .array();
    }

    @JsonValue
    @Override
    public String toString() {
        return value.toString();
    }
}
