package io.holdfast.repository.key;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/** Thirty-two random bytes that lie nowhere but on a recovery sheet. */
public final class RecoveryKey implements HeldKey {

    /** As written in a wrap. */
    public static final String KIND = "recovery-sheet";

    private static final byte[] INFO = "holdfast recovery key".getBytes(StandardCharsets.US_ASCII);

    private final byte[] secret;

    RecoveryKey(byte[] secret) {
        if (secret.length != DataKey.BYTES) {
            throw new IllegalArgumentException("a recovery key has 32 bytes");
        }
        this.secret = secret.clone();
    }

    public static RecoveryKey draw(SecureRandom random) {
        var secret = new byte[DataKey.BYTES];
        random.nextBytes(secret);
        return new RecoveryKey(secret);
    }

    /** What a sheet shows of it. */
    public RecoveryCode code() {
        return RecoveryCode.of(secret);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Argon2Settings settings() {
        return Argon2Settings.NONE;
    }

    @Override
    public boolean accepts(Argon2Settings settings) {
        return settings.equals(Argon2Settings.NONE);
    }

    @Override
    public byte[] derive(byte[] salt, Argon2Settings settings) {
        return Derivation.bytes(secret, salt, INFO);
    }

    @Override
    public String hint() {
        return "every line is typed correctly, so this is the sheet of another repository, or one that was retired";
    }

    @Override
    public String toString() {
        return "RecoveryKey[REDACTED]";
    }
}
