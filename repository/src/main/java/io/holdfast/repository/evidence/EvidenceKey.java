package io.holdfast.repository.evidence;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * What the signatures of a writer are checked with: the public half of an Ed25519 key (RFC 8032).
 *
 * @param hex its 32 bytes, in small letters
 */
public record EvidenceKey(@JsonValue String hex) {

    private static final int WRITER_DIGITS = 16;

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public EvidenceKey {
        if (!hex.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("not 32 bytes in hexadecimal: " + hex);
        }
    }

    static EvidenceKey of(byte[] bytes) {
        return new EvidenceKey(HexFormat.of().formatHex(bytes));
    }

    /** What its chain is called: the first eight bytes of the SHA-256 of the key, in hexadecimal. */
    public String writer() {
        return sha256(HexFormat.of().parseHex(hex)).substring(0, WRITER_DIGITS);
    }

    boolean hasSigned(byte[] text, byte[] signature) {
        var key = HexFormat.of().parseHex(hex);
        return signature.length == Ed25519.SIGNATURE_SIZE
                && Ed25519.validatePublicKeyFull(key, 0)
                && Ed25519.verify(signature, 0, key, 0, text, 0, text.length);
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
