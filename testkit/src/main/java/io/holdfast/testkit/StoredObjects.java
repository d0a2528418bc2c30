package io.holdfast.testkit;

import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectStore;
import java.nio.ByteBuffer;

/** Whole objects at once, for tests. */
public final class StoredObjects {

    private StoredObjects() {}

    public static void put(ObjectStore store, ObjectKey key, byte[] content) {
        try (var writer = store.create(key)) {
            writer.write(ByteBuffer.wrap(content));
            writer.commit();
        }
    }

    public static byte[] content(ObjectStore store, ObjectKey key) {
        try (var reader = store.open(key)) {
            var content = ByteBuffer.allocate(Math.toIntExact(reader.size()));
            reader.read(0, content);
            return content.array();
        }
    }
}
