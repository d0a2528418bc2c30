package io.holdfast.repository.key;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * A key that AWS KMS keeps: nobody holds it, and whoever may use it is said there. Every wrap has a secret of its own, which
 * the service opens for this repository and epoch only.
 */
public final class KmsKey implements KeyEncryptionKey {

    /** As written in a wrap. */
    public static final String KIND = "aws-kms";

    private static final byte[] INFO = "holdfast aws kms".getBytes(StandardCharsets.US_ASCII);

    private final KeyService service;

    public KmsKey(KeyService service) {
        this.service = service;
    }

    @Override
    public String kind() {
        return KIND;
    }

    /** For a new wrap. */
    KmsSecret issue(RepositoryId repository, int epoch) {
        return service.issue(context(repository, epoch));
    }

    /** What encrypts the data key in a wrap, or nothing if this key does not open it there. */
    Optional<byte[]> recover(KmsSecret secret, RepositoryId repository, int epoch, byte[] salt) {
        return service.recover(secret.ciphertext(), context(repository, epoch)).map(bytes -> {
            var key = Derivation.bytes(bytes, salt, INFO);
            Arrays.fill(bytes, (byte) 0);
            return key;
        });
    }

    private static Map<String, String> context(RepositoryId repository, int epoch) {
        return Map.of(
                "holdfast-repository",
                repository.toString(),
                "holdfast-epoch",
                String.valueOf(epoch),
                "holdfast-wrap",
                String.valueOf(KeyWrap.VERSION));
    }

    @Override
    public String hint() {
        return "check that '%s' is the KMS key of this repository".formatted(service.name());
    }

    @Override
    public String toString() {
        return "KmsKey[" + service.name() + "]";
    }
}
