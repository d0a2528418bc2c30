package io.holdfast.repository.key;

import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;

/** HKDF-SHA-256 (RFC 5869) by the JDK's KDF API (JEP 510). */
final class Derivation {

    private Derivation() {}

    static byte[] bytes(byte[] secret, byte[] salt, byte[] info) {
        try {
            return KDF.getInstance("HKDF-SHA256").deriveData(parameters(secret, salt, info));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks HKDF-SHA256", e);
        }
    }

    static SecretKey key(String algorithm, byte[] secret, byte[] salt, byte[] info) {
        try {
            return KDF.getInstance("HKDF-SHA256").deriveKey(algorithm, parameters(secret, salt, info));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks HKDF-SHA256", e);
        }
    }

    private static HKDFParameterSpec parameters(byte[] secret, byte[] salt, byte[] info) {
        return HKDFParameterSpec.ofExtract().addIKM(secret).addSalt(salt).thenExpand(info, 32);
    }
}
