package io.holdfast.repository.key;

import io.holdfast.repository.binary.BinaryWriter;
import io.holdfast.repository.binary.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * One data key, encrypted by one key-encryption key: an object beneath {@code key/}. Section 4 of the format.
 *
 * @param repository which repository it belongs to; one left behind by an unfinished init names another
 * @param argon2id absent for a key file
 */
record KeyWrap(
        RepositoryId repository,
        int epoch,
        Instant created,
        String kind,
        Optional<Argon2Settings> argon2id,
        Bytes salt,
        Bytes nonce,
        Bytes wrapped) {

    private static final int SALT = 16;
    private static final int NONCE = 12;
    private static final int WRAPPED = DataKey.BYTES + 16;

    KeyWrap {
        if (epoch < 1 || salt.length() != SALT || nonce.length() != NONCE || wrapped.length() != WRAPPED) {
            throw new IllegalArgumentException("not a key wrap");
        }
    }

    static KeyWrap of(DataKey key, KeyEncryptionKey by, Instant created, SecureRandom random) {
        var salt = new byte[SALT];
        var nonce = new byte[NONCE];
        random.nextBytes(salt);
        random.nextBytes(nonce);
        var settings = by.settings();
        var associated = associatedData(key.repository(), key.epoch(), by.kind(), settings);
        try {
            var cipher = cipher(Cipher.ENCRYPT_MODE, by.derive(salt, settings), nonce, associated);
            return new KeyWrap(
                    key.repository(),
                    key.epoch(),
                    created,
                    by.kind(),
                    Optional.of(settings).filter(some -> !some.equals(Argon2Settings.NONE)),
                    Bytes.of(salt),
                    Bytes.of(nonce),
                    Bytes.of(cipher.doFinal(key.secret())));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks AES-256-GCM", e);
        }
    }

    /** The data key, or nothing if {@code by} is not the key that wrapped it. */
    Optional<DataKey> open(KeyEncryptionKey by) {
        var settings = argon2id.orElse(Argon2Settings.NONE);
        if (!by.accepts(settings)) {
            throw KeyException.damaged(
                    "a key wrap of kind %s asks for %d KiB, %d passes, %d lanes: weaker than the minimum or beyond reason"
                            .formatted(kind, settings.memoryKib(), settings.passes(), settings.lanes()));
        }
        try {
            var associated = associatedData(repository, epoch, kind, settings);
            var cipher = cipher(Cipher.DECRYPT_MODE, by.derive(salt.toArray(), settings), nonce.toArray(), associated);
            return Optional.of(new DataKey(repository, epoch, cipher.doFinal(wrapped.toArray())));
        } catch (AEADBadTagException _) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw KeyException.damaged("a key wrap of epoch %d cannot be read: %s".formatted(epoch, e.getMessage()));
        }
    }

    private static Cipher cipher(int mode, byte[] key, byte[] nonce, byte[] associated)
            throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
        cipher.updateAAD(associated);
        return cipher;
    }

    private static byte[] associatedData(RepositoryId repository, int epoch, String kind, Argon2Settings settings) {
        return new BinaryWriter()
                .raw("holdfast wrap\0".getBytes(StandardCharsets.US_ASCII))
                .raw(repository.bytes())
                .u32(epoch)
                .raw((kind + "\0").getBytes(StandardCharsets.UTF_8))
                .u32(settings.memoryKib())
                .u32(settings.passes())
                .u32(settings.lanes())
                .toBytes();
    }
}
