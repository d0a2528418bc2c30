package io.holdfast.repository.key;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;

/** Thirty-two random bytes in a file that only its owner can read. */
public final class KeyFileKey implements HeldKey {

    private static final byte[] INFO = "holdfast key file".getBytes(StandardCharsets.US_ASCII);

    private static final String KIND = "key file";

    private final Path file;
    private final byte[] secret;

    private KeyFileKey(Path file, byte[] secret) {
        this.file = file;
        this.secret = secret;
    }

    /** Reads a key file, refusing one that group or others can read, as ssh does. */
    public static KeyFileKey read(Path file) {
        return new KeyFileKey(
                file, SecretFile.read(file, KIND, "give the key file of this repository; a new key would not open it"));
    }

    /** Makes a new key file, never touching one that exists. */
    public static KeyFileKey generate(Path file, SecureRandom random) {
        return new KeyFileKey(file, SecretFile.generate(file, KIND, random));
    }

    @Override
    public String kind() {
        return "key-file";
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
        return "check that '%s' is the key file of this repository".formatted(file);
    }

    @Override
    public String toString() {
        return "KeyFileKey[" + file + "]";
    }
}
