package io.holdfast.plan;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * An Ed25519 public key as OpenSSH writes it: {@code ssh-ed25519 AAAA... comment}. Two are equal when the keys are, whatever
 * the comments say.
 *
 * @param hex the 32 bytes of the key, so that a record compares them
 */
public record SshPublicKey(String hex) {

    /** As OpenSSH calls it. */
    public static final String TYPE = "ssh-ed25519";

    private static final int LENGTH = 32;

    /** Empty if it is not one, or of another type. */
    public static Optional<SshPublicKey> parse(String line) {
        var words = line.strip().split("\\s+", 3);
        if (words.length < 2 || !words[0].equals(TYPE)) {
            return Optional.empty();
        }
        try {
            return ofBlob(Base64.getDecoder().decode(words[1]));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** As OpenSSH wraps it; empty if it is not one, or of another type. */
    public static Optional<SshPublicKey> ofBlob(byte[] bytes) {
        try {
            var blob = ByteBuffer.wrap(bytes);
            var type = new String(field(blob), StandardCharsets.US_ASCII);
            var key = field(blob);
            return type.equals(TYPE) && key.length == LENGTH && !blob.hasRemaining()
                    ? Optional.of(new SshPublicKey(HexFormat.of().formatHex(key)))
                    : Optional.empty();
        } catch (BufferUnderflowException _) {
            return Optional.empty();
        }
    }

    private static byte[] field(ByteBuffer blob) {
        var length = blob.getInt();
        if (length < 0 || length > blob.remaining()) {
            throw new BufferUnderflowException();
        }
        var field = new byte[length];
        blob.get(field);
        return field;
    }

    /** The key itself, as RFC 8032 has it. */
    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    /** As OpenSSH wraps it: the type and the key, each after its length. */
    public byte[] blob() {
        var type = TYPE.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(8 + type.length + LENGTH)
                .putInt(type.length)
                .put(type)
                .putInt(LENGTH)
                .put(bytes())
                .array();
    }

    /** As {@code ssh-keygen -l} shows it: {@code SHA256:...}. */
    public String fingerprint() {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(blob());
            return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Whether nobody holds the private half: a key of all zeros, as in an example. */
    public boolean isBlank() {
        return Arrays.equals(bytes(), new byte[LENGTH]);
    }

    /** As OpenSSH writes it, without a comment. */
    @Override
    public String toString() {
        return TYPE + " " + Base64.getEncoder().encodeToString(blob());
    }
}
