package seeded;

import org.jspecify.annotations.NullMarked;

/** Seeded violation: NullAway must refuse the return. */
@NullMarked
final class Nullness {

    private Nullness() {}

    static String name() {
        return null;
    }
}
