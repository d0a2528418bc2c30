package io.holdfast.repository.verification;

import io.holdfast.repository.store.ObjectKey;
import java.util.BitSet;
import java.util.Optional;

/**
 * An object that is not what was written, or is not there although a backup needs it.
 *
 * @param what is wrong, for people
 * @param frames which of a pack; empty: all of the object
 */
public record Damage(ObjectKey object, String what, Optional<BitSet> frames) {

    public static Damage whole(ObjectKey object, String what) {
        return new Damage(object, what, Optional.empty());
    }

    static Damage of(ObjectKey object, BitSet frames) {
        return new Damage(
                object, "%d of its frames do not authenticate".formatted(frames.cardinality()), Optional.of(frames));
    }
}
