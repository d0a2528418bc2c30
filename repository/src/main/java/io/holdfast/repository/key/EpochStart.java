package io.holdfast.repository.key;

import io.holdfast.repository.binary.BinaryWriter;
import io.holdfast.repository.binary.Bytes;
import io.holdfast.repository.store.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;

/**
 * What begins an epoch after the first: {@code epoch/<epoch>}. Created conditionally, so that of two replacements at
 * once one wins; authenticated with the data key before it. Section 4 of the format.
 *
 * @param fingerprint tells the data key of this epoch from every other
 */
record EpochStart(int version, RepositoryId repository, int epoch, Instant opened, Bytes fingerprint, Bytes mac) {

    static final ObjectKey FOLDER = ObjectKey.of("epoch");

    static EpochStart of(DataKey key, DataKey before, Instant opened) {
        var fingerprint = Bytes.of(key.fingerprint());
        return new EpochStart(
                KeyWrap.VERSION,
                key.repository(),
                key.epoch(),
                opened,
                fingerprint,
                Bytes.of(authenticate(KeyWrap.VERSION, before, key.epoch(), opened, fingerprint)));
    }

    static ObjectKey name(int epoch) {
        return FOLDER.child("%08d".formatted(epoch));
    }

    boolean isAuthentic(DataKey before) {
        return repository.equals(before.repository())
                && epoch == before.epoch() + 1
                && MessageDigest.isEqual(mac.toArray(), authenticate(version, before, epoch, opened, fingerprint));
    }

    boolean isOf(DataKey key) {
        return key.epoch() == epoch && MessageDigest.isEqual(fingerprint.toArray(), key.fingerprint());
    }

    private static byte[] authenticate(int version, DataKey before, int epoch, Instant opened, Bytes fingerprint) {
        return Authentication.mac(
                before.forEpochs(),
                new BinaryWriter()
                        .raw("holdfast epoch\0".getBytes(StandardCharsets.US_ASCII))
                        .u32(version)
                        .raw(before.repository().bytes())
                        .u32(epoch)
                        .raw((opened + "\0").getBytes(StandardCharsets.UTF_8))
                        .raw(fingerprint.toArray())
                        .toBytes());
    }
}
