package io.holdfast.repository.key;

import io.holdfast.repository.binary.BinaryWriter;
import io.holdfast.repository.binary.Bytes;
import io.holdfast.repository.store.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.annotation.JsonDeserialize;

/**
 * One data key, encrypted by one key-encryption key: an object beneath {@code key/}. Section 4 of the format. Whoever
 * has that key knows that all of it is as it was written; to others it is what somebody claims.
 *
 * @param repository which repository it belongs to; one left behind by an unfinished init names another
 * @param argon2id of a passphrase only
 */
@JsonDeserialize(using = KeyWrapReader.class)
record KeyWrap(
        int version,
        RepositoryId repository,
        int epoch,
        KeyId key,
        Instant created,
        String kind,
        String label,
        Optional<Argon2Settings> argon2id,
        Bytes salt,
        Bytes nonce,
        Bytes wrapped) {

    static final int VERSION = 0;

    static final ObjectKey FOLDER = ObjectKey.of("key");

    private static final int SALT = 16;
    private static final int NONCE = 12;
    private static final int WRAPPED = DataKey.BYTES + 16;

    KeyWrap {
        if (epoch < 1 || salt.length() != SALT || nonce.length() != NONCE || wrapped.length() != WRAPPED) {
            throw new IllegalArgumentException("not a key wrap");
        }
    }

    /**
     * What the wraps of one key share.
     *
     * @param salt one for all, so that a passphrase is stretched once
     */
    record Holder(KeyId key, Instant created, String label, Bytes salt, Argon2Settings settings) {

        static Holder draw(KeyEncryptionKey by, String label, Instant created, SecureRandom random) {
            var salt = new byte[SALT];
            random.nextBytes(salt);
            return new Holder(KeyId.draw(random), created, label, Bytes.of(salt), by.settings());
        }
    }

    static KeyWrap of(DataKey dataKey, Holder holder, DerivedKey by, SecureRandom random) {
        var nonce = new byte[NONCE];
        random.nextBytes(nonce);
        var settings = holder.settings();
        var unsealed = new KeyWrap(
                VERSION,
                dataKey.repository(),
                dataKey.epoch(),
                holder.key(),
                holder.created(),
                by.by().kind(),
                holder.label(),
                Optional.of(settings).filter(some -> !some.equals(Argon2Settings.NONE)),
                holder.salt(),
                Bytes.of(nonce),
                Bytes.of(new byte[WRAPPED]));
        try {
            var cipher = unsealed.cipher(Cipher.ENCRYPT_MODE, by.from(holder.salt(), settings));
            return unsealed.with(Bytes.of(cipher.doFinal(dataKey.secret())));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks AES-256-GCM", e);
        }
    }

    Holder holder() {
        return new Holder(key, created, label, salt, settings());
    }

    ObjectKey newName(SecureRandom random) {
        return FOLDER.child("%08d".formatted(epoch)).child(KeyId.randomName(random));
    }

    /** The data key, or nothing if {@code by} is not the key that wrapped it. */
    Optional<DataKey> open(DerivedKey by) {
        if (!by.by().accepts(settings())) {
            throw KeyException.damaged(
                    "a key wrap of kind %s asks for %d KiB, %d passes, %d lanes: weaker than the minimum or beyond reason"
                            .formatted(
                                    kind,
                                    settings().memoryKib(),
                                    settings().passes(),
                                    settings().lanes()));
        }
        try {
            var secret = cipher(Cipher.DECRYPT_MODE, by.from(salt, settings())).doFinal(wrapped.toArray());
            var opened = new DataKey(repository, epoch, secret);
            Arrays.fill(secret, (byte) 0);
            return Optional.of(opened);
        } catch (AEADBadTagException _) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw KeyException.damaged("a key wrap of epoch %d cannot be read: %s".formatted(epoch, e.getMessage()));
        }
    }

    private KeyWrap with(Bytes sealed) {
        return new KeyWrap(version, repository, epoch, key, created, kind, label, argon2id, salt, nonce, sealed);
    }

    private Argon2Settings settings() {
        return argon2id.orElse(Argon2Settings.NONE);
    }

    private Cipher cipher(int mode, byte[] key) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce.toArray()));
        cipher.updateAAD(associatedData());
        return cipher;
    }

    private byte[] associatedData() {
        return new BinaryWriter()
                .raw("holdfast wrap\0".getBytes(StandardCharsets.US_ASCII))
                .u32(version)
                .raw(repository.bytes())
                .u32(epoch)
                .raw("%s\0%s\0%s\0%s\0".formatted(key, created, kind, label).getBytes(StandardCharsets.UTF_8))
                .u32(settings().memoryKib())
                .u32(settings().passes())
                .u32(settings().lanes())
                .toBytes();
    }
}
