package io.holdfast.repository.copy;

import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.Repository;
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
        } catch (HoldfastException e) {
            if (source.objects().isOfTheObject(e)) {
                throw CopyException.damaged(key, source.store().location());
            }
            throw e;
        }
        return counted[0];
    }

    /**
     * Looks at a sealed object that was in the target before: whether it is one of this repository and was not cut.
     *
     * @throws CopyException if not
     */
    static void requireSound(Repository target, ObjectKey key) {
        try (var reader = target.objects().open(key)) {
            reader.footer();
        } catch (HoldfastException e) {
            if (target.objects().isOfTheObject(e)) {
                throw CopyException.damagedThere(key, target.store().location());
            }
            throw e;
        }
    }

    /**
     * Copies what is no sealed object, and is judged by whoever opens the repository with it. What is larger than any of these is none.
     */
    void copyPlain(ObjectKey key) {
        if (source.store()
                .find(key)
                .filter(object -> object.size() <= MOST_PLAIN)
                .isEmpty()) {
            return;
        }
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
