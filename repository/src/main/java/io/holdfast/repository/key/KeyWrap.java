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
 * @param kms of a key that AWS KMS keeps only
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
        Optional<KmsSecret> kms,
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
            return new Holder(KeyId.draw(random), created, label, Bytes.of(salt), settingsOf(by));
        }
    }

    private static Argon2Settings settingsOf(KeyEncryptionKey by) {
        return switch (by) {
            case HeldKey held -> held.settings();
            case KmsKey _ -> Argon2Settings.NONE;
        };
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
                by.issue(dataKey),
                holder.salt(),
                Bytes.of(nonce),
                Bytes.of(new byte[WRAPPED]));
        // A service that encrypts for this process and does not decrypt for it would make a repository that it cannot
        // open.
        var key =
                by.of(unsealed).orElseThrow(() -> KeyException.notProven(by.by().kind()));
        try {
            var cipher = unsealed.cipher(Cipher.ENCRYPT_MODE, key);
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
        return by.of(this).flatMap(this::decrypted);
    }

    private Optional<DataKey> decrypted(byte[] key) {
        try {
            var secret = cipher(Cipher.DECRYPT_MODE, key).doFinal(wrapped.toArray());
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
        return new KeyWrap(version, repository, epoch, key, created, kind, label, argon2id, kms, salt, nonce, sealed);
    }

    Argon2Settings settings() {
        return argon2id.orElse(Argon2Settings.NONE);
    }

    private Cipher cipher(int mode, byte[] key) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce.toArray()));
        cipher.updateAAD(associatedData());
        return cipher;
    }

    private byte[] associatedData() {
        var data = new BinaryWriter()
                .raw("holdfast wrap\0".getBytes(StandardCharsets.US_ASCII))
                .u32(version)
                .raw(repository.bytes())
                .u32(epoch)
                .raw("%s\0%s\0%s\0%s\0".formatted(key, created, kind, label).getBytes(StandardCharsets.UTF_8))
                .u32(settings().memoryKib())
                .u32(settings().passes())
                .u32(settings().lanes());
        kms.ifPresent(secret -> data.raw((secret.key() + "\0").getBytes(StandardCharsets.UTF_8))
                .raw(secret.ciphertext().toArray()));
        return data.toBytes();
    }
}
