package io.holdfast.repository.key;

import io.holdfast.repository.binary.BinaryWriter;
import io.holdfast.repository.binary.Bytes;
import io.holdfast.repository.store.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;

/**
 * Something that is said of a key: {@code key-mark/<key>/<mark>}. Section 4 of the format.
 *
 * @param what {@link #RETIRED}, {@link #CONFIRMED}, or what a newer version knows
 * @param epoch the newest when it was made; its data key authenticates the mark
 */
record KeyMark(int version, RepositoryId repository, KeyId key, String what, int epoch, Instant at, Bytes mac) {

    static final ObjectKey FOLDER = ObjectKey.of("key-mark");

    /** Another key took its place, or whoever held it left. */
    static final String RETIRED = "retired";

    /** Somebody typed the recovery sheet in, and it opened every epoch. */
    static final String CONFIRMED = "confirmed";

    static KeyMark of(DataKey newest, KeyId key, String what, Instant at) {
        return new KeyMark(
                KeyWrap.VERSION,
                newest.repository(),
                key,
                what,
                newest.epoch(),
                at,
                Bytes.of(authenticate(KeyWrap.VERSION, newest, key, what, at)));
    }

    ObjectKey newName(SecureRandom random) {
        return FOLDER.child(key.text()).child(KeyId.randomName(random));
    }

    boolean isAuthentic(DataKey ofEpoch) {
        return repository.equals(ofEpoch.repository())
                && epoch == ofEpoch.epoch()
                && MessageDigest.isEqual(mac.toArray(), authenticate(version, ofEpoch, key, what, at));
    }

    private static byte[] authenticate(int version, DataKey by, KeyId key, String what, Instant at) {
        return Authentication.mac(
                by.forMarks(),
                new BinaryWriter()
                        .raw("holdfast mark\0".getBytes(StandardCharsets.US_ASCII))
                        .u32(version)
                        .raw(by.repository().bytes())
                        .raw((key + "\0" + what + "\0").getBytes(StandardCharsets.UTF_8))
                        .u32(by.epoch())
                        .raw(at.toString().getBytes(StandardCharsets.UTF_8))
                        .toBytes());
    }
}
