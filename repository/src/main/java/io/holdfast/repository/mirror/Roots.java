package io.holdfast.repository.mirror;

import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.Repository;
import io.holdfast.repository.document.Json;
import io.holdfast.repository.store.ObjectMissingException;
import io.holdfast.repository.store.ObjectStore;
import java.nio.ByteBuffer;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The root object of a repository, by which stores of one are told from stores of another. */
final class Roots {

    /** It is a few hundred bytes. */
    private static final long MOST = 64 * 1024;

    private Roots() {}

    static Optional<ByteBuffer> read(ObjectStore store) {
        try (var root = store.open(Repository.ROOT)) {
            var bytes = ByteBuffer.allocate((int) Math.min(MOST, root.size()));
            root.read(0, bytes);
            return Optional.of(bytes.flip().asReadOnlyBuffer());
        } catch (ObjectMissingException _) {
            return Optional.empty();
        }
    }

    /** Whether it can be one at all; whether it is genuine only a key tells. */
    static boolean isReadable(ByteBuffer root) {
        try {
            var bytes = new byte[root.remaining()];
            root.duplicate().get(bytes);
            return Json.read(Repository.ROOT, bytes, JsonNode.class).isObject();
        } catch (HoldfastException _) {
            return false;
        }
    }
}
