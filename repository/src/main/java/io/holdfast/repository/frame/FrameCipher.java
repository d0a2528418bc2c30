package io.holdfast.repository.frame;

import io.holdfast.repository.binary.BinaryWriter;
import io.holdfast.repository.key.DataKey;
import io.holdfast.repository.store.ObjectKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256-GCM of the frames of one object: its own key, the frame number as nonce, the frame's place as associated
 * data. Confined to one thread.
 */
final class FrameCipher {

    private final Cipher cipher;
    private final SecretKey key;
    private final byte[] place;
    private final byte[] objectKey;

    FrameCipher(DataKey dataKey, ObjectKey name, byte[] objectHeader) {
        this(dataKey, name, objectHeader, aesGcm());
    }

    /** The same with what {@link #aesGcm} made before, and nobody else uses meanwhile. */
    FrameCipher(DataKey dataKey, ObjectKey name, byte[] objectHeader, Cipher cipher) {
        this.cipher = cipher;
        var salt = Arrays.copyOfRange(objectHeader, FrameFormat.SALT_AT, FrameFormat.SALT_AT + FrameFormat.SALT);
        this.key = dataKey.forObject(salt);
        this.place = new BinaryWriter()
                .raw(dataKey.repository().bytes())
                .raw(objectHeader)
                .toBytes();
        this.objectKey = name.text().getBytes(StandardCharsets.US_ASCII);
    }

    static Cipher aesGcm() {
        try {
            return Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks AES-256-GCM", e);
        }
    }

    /** Encrypts {@code source} to {@code target}; the ciphertext's length, with its tag. */
    int seal(int number, byte[] frameHeader, byte[] source, int from, int length, byte[] target, int at) {
        try {
            initialise(Cipher.ENCRYPT_MODE, number, frameHeader, 0);
            return cipher.doFinal(source, from, length, target, at);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a frame cannot be encrypted", e);
        }
    }

    /** Decrypts in place or elsewhere; false if the frame does not authenticate. */
    boolean open(int number, byte[] stored, int headerAt, int cipherLength, byte[] target) {
        try {
            initialise(Cipher.DECRYPT_MODE, number, stored, headerAt);
            cipher.doFinal(stored, headerAt + FrameFormat.FRAME_HEADER, cipherLength, target, 0);
            return true;
        } catch (AEADBadTagException _) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a frame cannot be decrypted", e);
        }
    }

    private void initialise(int mode, int number, byte[] frameHeader, int headerAt) throws GeneralSecurityException {
        var nonce = ByteBuffer.allocate(12).putInt(8, number).array();
        cipher.init(mode, key, new GCMParameterSpec(128, nonce));
        cipher.updateAAD(place);
        cipher.updateAAD(ByteBuffer.allocate(8).putInt(4, number).array());
        cipher.updateAAD(frameHeader, headerAt, FrameFormat.FRAME_HEADER);
        cipher.updateAAD(objectKey);
    }
}
