package io.holdfast.repository.key;

import io.holdfast.repository.SeededRandom;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Open keys for tests of the layers above, without a wrap. */
public final class TestKeys {

    public static final RepositoryId REPOSITORY =
            new RepositoryId(UUID.fromString("0123abcd-4567-89ab-cdef-0123456789ab"));

    private TestKeys() {}

    /** One key in epoch 1. */
    public static KeyRing ring(long seed) {
        return new KeyRing(new TreeMap<>(Map.of(1, DataKey.draw(REPOSITORY, 1, new SeededRandom(seed)))));
    }

    /** The same secret in another repository. */
    public static KeyRing ringOfAnotherRepository(long seed) {
        return new KeyRing(new TreeMap<>(
                Map.of(1, DataKey.draw(new RepositoryId(new UUID(7, 7)), 1, new SeededRandom(seed)))));
    }

    /** The key of {@link #ring} and a newer one. */
    public static KeyRing ringOfTwoEpochs(long seed) {
        return new KeyRing(new TreeMap<>(Map.of(
                1, DataKey.draw(REPOSITORY, 1, new SeededRandom(seed)),
                2, DataKey.draw(REPOSITORY, 2, new SeededRandom(seed + 1)))));
    }
}
