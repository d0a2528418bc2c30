package io.holdfast.repository.pack;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/** Computes content hashes. Keyed, so that whoever reads the store cannot test guesses. Confined to one thread. */
public final class SamenessHash {

    private final Mac mac;

    public SamenessHash(SecretKey key) {
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks HmacSHA256", e);
        }
    }

    public ContentHash of(byte[] content, int from, int length) {
        mac.update(content, from, length);
        return ContentHash.of(mac.doFinal());
    }
}
