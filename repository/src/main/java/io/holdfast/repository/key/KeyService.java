package io.holdfast.repository.key;

import io.holdfast.repository.binary.Bytes;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps a key that never leaves it, and works with it for whoever may ask. What goes wrong with the service or with the key
 * as a whole is an exception; that a ciphertext is not of this key, or not of this context, is an expected outcome.
 */
public interface KeyService {

    /**
     * Draws 32 random bytes and encrypts them.
     *
     * @param context what they are for; not secret
     */
    KmsSecret issue(Map<String, String> context);

    /** What was drawn, which the caller wipes, or nothing if it was not encrypted by this key for this context. */
    Optional<byte[]> recover(Bytes ciphertext, Map<String, String> context);

    /** How the key was named to Holdfast, for messages. */
    String name();
}
