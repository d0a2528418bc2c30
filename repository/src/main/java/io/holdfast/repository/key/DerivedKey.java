package io.holdfast.repository.key;

import io.holdfast.repository.binary.Bytes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * One key-encryption key while it opens or makes wraps: what was derived once is not derived again, since a passphrase
 * takes its time. Closing it wipes what was derived. Confined to one thread.
 */
final class DerivedKey implements AutoCloseable {

    private final KeyEncryptionKey by;
    private final Map<Origin, byte[]> derived = new HashMap<>();

    DerivedKey(KeyEncryptionKey by) {
        this.by = by;
    }

    private record Origin(Bytes salt, Argon2Settings settings) {}

    KeyEncryptionKey by() {
        return by;
    }

    byte[] from(Bytes salt, Argon2Settings settings) {
        return derived.computeIfAbsent(
                new Origin(salt, settings), origin -> by.derive(origin.salt().toArray(), settings));
    }

    @Override
    public void close() {
        derived.values().forEach(key -> Arrays.fill(key, (byte) 0));
        derived.clear();
    }
}
