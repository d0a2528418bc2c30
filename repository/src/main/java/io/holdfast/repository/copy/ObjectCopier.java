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
        try (var object = source.store().open(key)) {
            if (object.size() <= MOST_PLAIN) {
                write(key, read(object, 0, (int) object.size()));
            }
        }
    }

    /** Compared by who asked for it, where somebody else has copied it. */
    private void write(ObjectKey key, byte[] bytes) {
        try (var writer = target.create(key)) {
            writer.write(ByteBuffer.wrap(bytes));
            writer.commit();
        } catch (ObjectExistsException _) {
            // As if it had been there before.
        }
    }

    /** Whether an object has the same bytes in both. */
    boolean isSame(ObjectKey key) {
        try (var here = source.store().open(key);
                var there = target.open(key)) {
            if (here.size() != there.size()) {
                return false;
            }
            for (long at = 0; at < here.size(); at += MOST_PLAIN) {
                int length = (int) Math.min(MOST_PLAIN, here.size() - at);
                if (!Arrays.equals(read(here, at, length), read(there, at, length))) {
                    return false;
                }
            }
            return true;
        }
    }

    private static byte[] read(ObjectReader object, long at, int length) {
        var bytes = new byte[length];
        object.read(at, ByteBuffer.wrap(bytes));
        return bytes;
    }

    /** @throws CopyException if an object has other bytes in the target */
    void requireSame(ObjectKey key) {
        if (!isSame(key)) {
            throw CopyException.differs(key, target.location());
        }
    }
}
