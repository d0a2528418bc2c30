package io.holdfast.repository.document;

import io.holdfast.repository.binary.MalformedEncodingException;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectStore;
import java.nio.ByteBuffer;

/** JSON documents that are read before any key is open: the root and the key wraps. */
public final class PlainDocuments {

    /** Nobody who may write to the store should be able to exhaust a reader's memory. */
    private static final long MOST_BYTES = 64 * 1024;

    private PlainDocuments() {}

    public static void create(ObjectStore store, ObjectKey key, Object document) {
        try (var writer = store.create(key)) {
            writer.write(ByteBuffer.wrap(Json.mapper().writeValueAsBytes(document)));
            writer.commit();
        }
    }

    public static <T> T read(ObjectStore store, ObjectKey key, Class<T> type) {
        try (var reader = store.open(key)) {
            if (reader.size() > MOST_BYTES) {
                throw new MalformedEncodingException("'%s' has %d bytes".formatted(key, reader.size()));
            }
            var bytes = new byte[(int) reader.size()];
            reader.read(0, ByteBuffer.wrap(bytes));
            return Json.read(key, bytes, type);
        }
    }
}
