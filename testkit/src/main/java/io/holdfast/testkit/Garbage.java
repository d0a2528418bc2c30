package io.holdfast.testkit;

import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectStore;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** What somebody can put under a new name who may write to a store and has no key: every kind, one after the other. */
public final class Garbage {

    private final ObjectStore store;
    private final Random random;
    private final List<byte[]> kinds;
    private int next;

    /** @param genuine an object of which copies are put under other names */
    public Garbage(ObjectStore store, ObjectKey genuine, Random random) {
        this.store = store;
        this.random = random;
        var copy = StoredObjects.content(store, genuine);
        this.kinds = List.of(
                random(200),
                new byte[0],
                copy,
                cut(copy),
                of(copy, 11, 77),
                of(copy, 4, 9),
                of(copy, 5, 3),
                random(17));
    }

    private byte[] random(int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] cut(byte[] content) {
        return Arrays.copyOf(content, 60);
    }

    /** A header that names an epoch, a format or a type that is not its own. */
    private static byte[] of(byte[] content, int at, int value) {
        var changed = content.clone();
        changed[at] = (byte) value;
        return changed;
    }

    /** How many kinds there are. */
    public int kinds() {
        return kinds.size();
    }

    /** Leaves one out, so that the kinds come to other names than before. */
    public void skip() {
        next++;
    }

    /** Puts the next kind under a name. */
    public void put(ObjectKey key) {
        StoredObjects.put(store, key, kinds.get(next++ % kinds.size()));
    }
}
