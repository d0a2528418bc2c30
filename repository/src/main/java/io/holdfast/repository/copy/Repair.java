package io.holdfast.repository.copy;

import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.Repository;
import io.holdfast.repository.store.ObjectKey;

/** Puts a sound object in the place of a damaged one. */
public final class Repair {

    private Repair() {}

    /**
     * Looks at an object in another place of the repository and, if it is sound there, removes the damaged one and copies that. If it is
     * interrupted in between, the object is missing, and a copy of what is missing brings it.
     *
     * @return false if the other one is missing or damaged, too; nothing was changed then
     * @throws io.holdfast.repository.store.ObjectLockedException if the damaged one cannot be removed yet
     */
    public static boolean repair(Repository damaged, Repository sound, ObjectKey key) {
        if (!isSound(sound, key)) {
            return false;
        }
        damaged.store().remove(key);
        new ObjectCopier(sound, damaged.store(), CopyProgress.NONE).copy(key);
        return true;
    }

    private static boolean isSound(Repository repository, ObjectKey key) {
        if (repository.store().find(key).isEmpty()) {
            return false;
        }
        try {
            return repository.objects().verify(key, _ -> {}).isEmpty();
        } catch (HoldfastException e) {
            if (repository.objects().isOfTheObject(e)) {
                return false;
            }
            throw e;
        }
    }
}
