package io.holdfast.repository.copy;

import io.holdfast.repository.Repository;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectNumbers;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.StoredObject;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The store that a repository is copied to: with what opens it, it is a repository of the same name, identity and keys. */
public final class CopyTarget {

    private static final ObjectKey WRAPS = ObjectKey.of("key");

    private static final ObjectKey EPOCHS = ObjectKey.of("epoch");

    private static final ObjectKey MARKS = ObjectKey.of("key-mark");

    private static final ObjectKey GENERATIONS = ObjectKey.of("generation");

    private CopyTarget() {}

    /**
     * Copies what opens the repository, keys first and root last, as far as it is not there, then the generations.
     *
     * @return what is there then; if this fails, the store stays open and the caller's
     * @throws CopyException if the store holds another repository, or is the source
     */
    public static Repository open(Repository source, ObjectStore store, CopyProgress progress) {
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
        copyGenerations(source, copier, progress);
        return target;
    }

    /** The same again with what was added since, for who goes on copying. */
    public static void renew(Repository source, Repository target, CopyProgress progress) {
        var copier = new ObjectCopier(source, target.store(), CopyProgress.NONE);
        source.refreshKeys();
        copyKeys(source, copier, target.store());
        target.refreshKeys();
        copyGenerations(source, copier, progress);
    }

    /** Epochs are listed before the wraps, and copied after them: one that begins meanwhile would come without. */
    private static void copyKeys(Repository source, ObjectCopier copier, ObjectStore store) {
        var epochs = keys(source.store(), EPOCHS);
        // From the newest epoch on: a key that opens the first one opens all.
        copyNew(keys(source.store(), WRAPS), store, WRAPS, Comparator.reverseOrder(), copier::copyPlain);
        copyNew(epochs, store, EPOCHS, Comparator.naturalOrder(), copier::copyPlain);
        copyNew(keys(source.store(), MARKS), store, MARKS, Comparator.naturalOrder(), copier::copyPlain);
        epochs.stream().filter(key -> store.find(key).isPresent()).forEach(copier::requireSame);
    }

    private static void copyGenerations(Repository source, ObjectCopier copier, CopyProgress progress) {
        var sound = new TreeSet<ObjectKey>();
        for (var generation : keys(source.store(), GENERATIONS)) {
            if (ObjectNumbers.parse(generation.name()).orElse(0) > 0
                    && generation.equals(GENERATIONS.child(generation.name()))) {
                copyOrTell(copier, generation, progress, sound);
            }
        }
        sound.forEach(copier::requireSame);
    }

    /** What somebody without a key may have put there keeps nobody from copying. */
    private static void copyOrTell(ObjectCopier copier, ObjectKey key, CopyProgress progress, Set<ObjectKey> sound) {
        try {
            copier.copy(key);
            sound.add(key);
        } catch (CopyException e) {
            if (!e.isDamage()) {
                throw e;
            }
            progress.remark(String.valueOf(e.getMessage()), e.hint());
        }
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
            Set<ObjectKey> from, ObjectStore to, ObjectKey folder, Comparator<ObjectKey> order, Copying copying) {
        var wanted = new HashSet<>(from);
        wanted.removeAll(keys(to, folder));
        wanted.stream().sorted(order).forEach(copying::copy);
    }

    private static Set<ObjectKey> keys(ObjectStore store, ObjectKey folder) {
        try (var objects = store.list(folder)) {
            return objects.map(StoredObject::key).collect(Collectors.toSet());
        }
    }
}
