package io.holdfast.repository.copy;

import io.holdfast.repository.Repository;
import io.holdfast.repository.frame.DamagedObjectException;
import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectReader;
import io.holdfast.repository.store.ObjectStore;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Copies objects byte for byte. Thread-safe. */
final class ObjectCopier {

    /** Root, wraps, claims and the like. */
    private static final long MOST_PLAIN = 64 * 1024;

    private final Repository source;
    private final ObjectStore target;
    private final CopyProgress progress;

    ObjectCopier(Repository source, ObjectStore target, CopyProgress progress) {
        this.source = source;
        this.target = target;
        this.progress = progress;
    }

    /**
     * Copies a sealed object: its name appears only when every byte that was written has been authenticated. One that somebody else has
     * copied meanwhile is left as it is.
     *
     * @return the bytes that were copied
     * @throws CopyException if it is damaged
     * @throws io.holdfast.repository.store.ObjectMissingException if it is not in the source
     */
    long copy(ObjectKey key) {
        var counted = new long[1];
        try (var writer = target.create(key)) {
            var damaged = source.objects().verify(key, bytes -> {
                int length = bytes.remaining();
                writer.write(bytes);
                counted[0] += length;
                progress.advanced(length);
            });
            if (!damaged.isEmpty()) {
                throw CopyException.damaged(key, source.store().location());
            }
            writer.commit();
        } catch (ObjectExistsException _) {
            return 0;
        } catch (DamagedObjectException _) {
            throw CopyException.damaged(key, source.store().location());
        }
        return counted[0];
    }

    /** Copies what is no sealed object, and is judged by whoever opens the repository with it. */
    void copyPlain(ObjectKey key) {
        try (var writer = target.create(key)) {
            writer.write(ByteBuffer.wrap(plain(source.store(), key)));
            writer.commit();
        } catch (ObjectExistsException _) {
            // Compared by who asked for it.
        }
    }

    /** Whether an object that is small has the same bytes in both. */
    boolean isSame(ObjectKey key) {
        return Arrays.equals(plain(source.store(), key), plain(target, key));
    }

    /** @throws CopyException if an object that is small has other bytes in the target */
    void requireSame(ObjectKey key) {
        if (!isSame(key)) {
            throw CopyException.differs(key, target.location());
        }
    }

    private static byte[] plain(ObjectStore store, ObjectKey key) {
        try (ObjectReader reader = store.open(key)) {
            if (reader.size() > MOST_PLAIN) {
                throw CopyException.damaged(key, store.location());
            }
            var bytes = new byte[(int) reader.size()];
            reader.read(0, ByteBuffer.wrap(bytes));
            return bytes;
        }
    }
}
