package io.holdfast.runbook.approval;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * An Ed25519 key as OpenSSH writes it in one line, {@code ssh-ed25519 AAAA... comment}. Two are the same when their keys
 * are, whatever their comments.
 *
 * @param key its 32 bytes in hexadecimal
 */
public record SshPublicKey(String key) {

    static final String TYPE = "ssh-ed25519";

    /** What stands before the 32 bytes in the encoding that Java reads (RFC 8410). */
    private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    /**
     * Reads a line of a {@code .pub} file.
     *
     * @throws ApprovalException if it is not an Ed25519 key
     */
    public static SshPublicKey parse(String line) {
        var words = line.strip().split("\\s+", 3);
        if (words.length < 2 || !words[0].equals(TYPE)) {
            throw new ApprovalException(
                    "'%s' is not an Ed25519 key of OpenSSH".formatted(line.strip()),
                    "make one with: ssh-keygen -t ed25519, and give the content of its .pub file");
        }
        try {
            return ofBlob(Base64.getDecoder().decode(words[1]));
        } catch (IllegalArgumentException e) {
            throw new ApprovalException(
                    "'%s' is not an Ed25519 key of OpenSSH: %s".formatted(line.strip(), e.getMessage()),
                    "give the content of its .pub file");
        }
    }

    static SshPublicKey ofBlob(byte[] blob) {
        var fields = new SshFields(blob);
        if (!fields.text().equals(TYPE)) {
            throw new IllegalArgumentException("its key is not an Ed25519 one");
        }
        var key = fields.bytes();
        if (key.length != 32 || !fields.atEnd()) {
            throw new IllegalArgumentException("its key has not 32 bytes");
        }
        return new SshPublicKey(HexFormat.of().formatHex(key));
    }

    byte[] blob() {
        return new SshFields.Writer().text(TYPE).bytes(raw()).done();
    }

    private byte[] raw() {
        return HexFormat.of().parseHex(key);
    }

    PublicKey forJava() throws GeneralSecurityException {
        var encoded = Arrays.copyOf(X509_PREFIX, X509_PREFIX.length + 32);
        System.arraycopy(raw(), 0, encoded, X509_PREFIX.length, 32);
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    }

    /** As it stands in a {@code .pub} file. */
    public String line() {
        return TYPE + " " + Base64.getEncoder().encodeToString(blob());
    }
}
