package io.holdfast.repository.key;

import io.holdfast.repository.binary.Bytes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One key-encryption key while it opens or makes wraps: what was derived once is not derived again, since a passphrase
 * takes its time and a key service is far away. Closing it wipes what was derived. Confined to one thread.
 */
final class DerivedKey implements AutoCloseable {

    private final KeyEncryptionKey by;
    private final Map<Origin, Optional<byte[]>> derived = new HashMap<>();

    DerivedKey(KeyEncryptionKey by) {
        this.by = by;
    }

    /** Of a key that somebody holds, the same for every wrap that shares a salt: {@code epoch} is 0 then. */
    private record Origin(Bytes salt, Argon2Settings settings, Optional<KmsSecret> kms, int epoch) {}

    KeyEncryptionKey by() {
        return by;
    }

    /** What a new wrap of a data key says beside the salt, if anything. */
    Optional<KmsSecret> issue(DataKey dataKey) {
        return switch (by) {
            case HeldKey _ -> Optional.empty();
            case KmsKey kms -> Optional.of(kms.issue(dataKey.repository(), dataKey.epoch()));
        };
    }

    /**
     * What a wrap of this kind was made with, or nothing if that was surely another key.
     *
     * @throws KeyException if the wrap asks for what none may
     */
    Optional<byte[]> of(KeyWrap wrap) {
        return switch (by) {
            case HeldKey held -> {
                requireAccepted(held, wrap);
                yield derived.computeIfAbsent(
                        new Origin(wrap.salt(), wrap.settings(), Optional.empty(), 0),
                        origin -> Optional.of(held.derive(origin.salt().toArray(), origin.settings())));
            }
            case KmsKey kms -> {
                var secret = wrap.kms()
                        .orElseThrow(() -> KeyException.damaged(
                                "a key wrap of kind %s and epoch %d does not say what the key service has to open"
                                        .formatted(wrap.kind(), wrap.epoch())));
                yield derived.computeIfAbsent(
                        new Origin(wrap.salt(), wrap.settings(), wrap.kms(), wrap.epoch()),
                        origin -> kms.recover(
                                secret,
                                wrap.repository(),
                                origin.epoch(),
                                origin.salt().toArray()));
            }
        };
    }

    private static void requireAccepted(HeldKey held, KeyWrap wrap) {
        var settings = wrap.settings();
        if (!held.accepts(settings)) {
            throw KeyException.damaged(
                    "a key wrap of kind %s asks for %d KiB, %d passes, %d lanes: weaker than the minimum or beyond reason"
                            .formatted(wrap.kind(), settings.memoryKib(), settings.passes(), settings.lanes()));
        }
    }

    @Override
    public void close() {
        derived.values().forEach(found -> found.ifPresent(key -> Arrays.fill(key, (byte) 0)));
        derived.clear();
    }
}
