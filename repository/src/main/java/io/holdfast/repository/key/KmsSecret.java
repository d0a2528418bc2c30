package io.holdfast.repository.key;

import io.holdfast.repository.binary.Bytes;

/**
 * In a wrap of kind {@code aws-kms}: what the service has to open. It is a secret to the service only.
 *
 * @param key the ARN of the key that encrypted it
 * @param ciphertext at most what KMS takes, 6144 bytes
 */
public record KmsSecret(String key, Bytes ciphertext) {

    private static final int MOST_BYTES = 6144;
    private static final int MOST_LETTERS = 2048;

    public KmsSecret {
        if (key.isEmpty()
                || key.length() > MOST_LETTERS
                || key.chars().anyMatch(Character::isISOControl)
                || ciphertext.length() < 1
                || ciphertext.length() > MOST_BYTES) {
            throw new IllegalArgumentException("not what a key service has to open");
        }
    }
}
