package io.holdfast.repository.copy;

import io.holdfast.repository.Repository;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.StoredObject;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The store that a repository is copied to: with what opens it, it is a repository of the same name, identity and keys. */
public final class CopyTarget {

    private static final ObjectKey WRAPS = ObjectKey.of("key");

    private static final List<ObjectKey> OF_KEYS = List.of(ObjectKey.of("epoch"), ObjectKey.of("key-mark"));

    private static final ObjectKey GENERATIONS = ObjectKey.of("generation");

    private CopyTarget() {}

    /**
     * Copies what opens the repository, keys first and root last, as far as it is not there, then the generations.
     *
     * @return what is there then; if this fails, the store stays open and the caller's
     * @throws CopyException if the store holds another repository, or is the source
     */
    public static Repository open(Repository source, ObjectStore store) {
        requireOther(source, store);
        var copier = new ObjectCopier(source, store, CopyProgress.NONE);
        if (Repository.existsIn(store) && !copier.isSame(Repository.ROOT)) {
            throw CopyException.otherRepository(store.location());
        }
        copyKeys(source, copier, store);
        copier.copyPlain(Repository.ROOT);
        if (!copier.isSame(Repository.ROOT)) {
            throw CopyException.otherRepository(store.location());
        }
        var target = source.openElsewhere(store);
        copyGenerations(source, copier, store);
        return target;
    }

    /** The same again with what was added since, for who goes on copying. */
    public static void renew(Repository source, Repository target) {
        var copier = new ObjectCopier(source, target.store(), CopyProgress.NONE);
        source.refreshKeys();
        copyKeys(source, copier, target.store());
        target.refreshKeys();
        copyGenerations(source, copier, target.store());
    }

    private static void copyKeys(Repository source, ObjectCopier copier, ObjectStore store) {
        // From the newest epoch on: a key that opens the first one opens all.
        copyNew(source.store(), store, WRAPS, Comparator.reverseOrder(), copier::copyPlain);
        for (var folder : OF_KEYS) {
            copyNew(source.store(), store, folder, Comparator.naturalOrder(), copier::copyPlain);
        }
    }

    private static void copyGenerations(Repository source, ObjectCopier copier, ObjectStore store) {
        copyNew(source.store(), store, GENERATIONS, Comparator.naturalOrder(), copier::copy);
        keys(source.store(), GENERATIONS).forEach(copier::requireSame);
    }

    /**
     * Refuses to copy a repository to where it is.
     *
     * @throws CopyException if the store is there
     */
    public static void requireOther(Repository source, ObjectStore store) {
        if (source.store().location().equals(store.location())) {
            throw CopyException.same(store.location());
        }
    }

    private interface Copying {
        void copy(ObjectKey key);
    }

    private static void copyNew(
            ObjectStore from, ObjectStore to, ObjectKey folder, Comparator<ObjectKey> order, Copying copying) {
        var there = keys(to, folder);
        var wanted = new HashSet<>(keys(from, folder));
        wanted.removeAll(there);
        wanted.stream().sorted(order).forEach(copying::copy);
    }

    private static Set<ObjectKey> keys(ObjectStore store, ObjectKey folder) {
        try (var objects = store.list(folder)) {
            return objects.map(StoredObject::key).collect(Collectors.toSet());
        }
    }
}
