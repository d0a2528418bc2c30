package io.holdfast.repository.key;

import java.security.GeneralSecurityException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;

/** HKDF-SHA-256 (RFC 5869) by the JDK's KDF API (JEP 510). */
final class Derivation {

    /**
     * Not in use: to find the provider of one takes as long as to derive a key, and each object has a key of its own. They hold no secrets. As
     * many as have derived at once.
     */
    private static final Queue<KDF> IDLE = new ConcurrentLinkedQueue<>();

    private Derivation() {}

    static byte[] bytes(byte[] secret, byte[] salt, byte[] info) {
        return derive(hkdf -> hkdf.deriveData(parameters(secret, salt, info)));
    }

    static SecretKey key(String algorithm, byte[] secret, byte[] salt, byte[] info) {
        return derive(hkdf -> hkdf.deriveKey(algorithm, parameters(secret, salt, info)));
    }

    private interface Use<T> {
        T with(KDF hkdf) throws GeneralSecurityException;
    }

    private static <T> T derive(Use<T> use) {
        try {
            var idle = IDLE.poll();
            var hkdf = idle == null ? KDF.getInstance("HKDF-SHA256") : idle;
            var derived = use.with(hkdf);
            IDLE.add(hkdf);
            return derived;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks HKDF-SHA256", e);
        }
    }

    private static HKDFParameterSpec parameters(byte[] secret, byte[] salt, byte[] info) {
        return HKDFParameterSpec.ofExtract().addIKM(secret).addSalt(salt).thenExpand(info, 32);
    }
}
