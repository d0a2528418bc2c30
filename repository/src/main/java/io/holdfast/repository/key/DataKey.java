package io.holdfast.repository.key;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.SecretKey;

/** The 256-bit secret of one epoch, from which the keys of all its objects are derived. Never printed. */
public final class DataKey {

    static final int BYTES = 32;

    private final RepositoryId repository;
    private final int epoch;
    private final byte[] secret;

    DataKey(RepositoryId repository, int epoch, byte[] secret) {
        if (secret.length != BYTES || epoch < 1) {
            throw new IllegalArgumentException("a data key has 32 bytes and an epoch from 1");
        }
        this.repository = repository;
        this.epoch = epoch;
        this.secret = secret.clone();
    }

    static DataKey draw(RepositoryId repository, int epoch, SecureRandom random) {
        var secret = new byte[BYTES];
        random.nextBytes(secret);
        return new DataKey(repository, epoch, secret);
    }

    public RepositoryId repository() {
        return repository;
    }

    public int epoch() {
        return epoch;
    }

    /** The key of one object, for AES-256-GCM. */
    public SecretKey forObject(byte[] salt) {
        var info = new ByteArrayOutputStream();
        info.writeBytes("holdfast object".getBytes(StandardCharsets.US_ASCII));
        info.writeBytes(repository.bytes());
        return Derivation.key("AES", secret, salt, info.toByteArray());
    }

    /** The key under which the root is authenticated (HMAC-SHA-256). */
    public SecretKey forRoot() {
        return purpose("holdfast root");
    }

    /** The key of content hashes (HMAC-SHA-256). */
    public SecretKey forSameness() {
        return purpose("holdfast sameness");
    }

    /** The key under which the start of the next epoch is authenticated, and the fingerprint of this key is made. */
    SecretKey forEpochs() {
        return purpose("holdfast epoch");
    }

    /** The key under which marks of keys are authenticated. */
    SecretKey forMarks() {
        return purpose("holdfast key mark");
    }

    /** Sixteen bytes that tell this key from others and say nothing of it. */
    byte[] fingerprint() {
        return Arrays.copyOf(Authentication.mac(forEpochs(), repository.bytes()), 16);
    }

    boolean isSameAs(DataKey other) {
        return epoch == other.epoch && MessageDigest.isEqual(secret, other.secret);
    }

    byte[] secret() {
        return secret;
    }

    private SecretKey purpose(String info) {
        return Derivation.key("HmacSHA256", secret, repository.bytes(), info.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public String toString() {
        return "DataKey[epoch=" + epoch + "]";
    }
}
