package io.holdfast.runbook.approval;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.plan.SshPublicKey;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A signature over a text as {@code ssh-keygen -Y sign -n holdfast} makes it (OpenSSH, PROTOCOL.sshsig).
 *
 * @param signer the key that it says it was made with
 * @param armoured the whole of it, as text
 */
public record SshSignature(SshPublicKey signer, String armoured) {

    /** Keeps a signature that was made for another purpose from counting here. */
    public static final String NAMESPACE = "holdfast";

    private static final byte[] MAGIC = "SSHSIG".getBytes(UTF_8);
    private static final int VERSION = 1;

    /** What stands before the 32 bytes of a key in the encoding that Java reads (RFC 8410). */
    private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    /** Makes one. */
    public static SshSignature sign(SshSigner key, String text) {
        var raw = key.sign(signed("sha512", text));
        var blob = new SshFields.Writer()
                .raw(MAGIC)
                .number(VERSION)
                .bytes(key.publicKey().blob())
                .text(NAMESPACE)
                .text("")
                .text("sha512")
                .bytes(new SshFields.Writer().text(SshPublicKey.TYPE).bytes(raw).done())
                .done();
        return new SshSignature(key.publicKey(), Armour.SIGNATURE.close(blob));
    }

    /**
     * Reads one and makes sure that it is over this text.
     *
     * @throws ApprovalException if it is not one, or not over this text
     */
    public static SshSignature verify(String armoured, String text) {
        try {
            return check(armoured, text);
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            throw new ApprovalException(
                    "the signature does not do: %s".formatted(e.getMessage()),
                    "sign the statement as it is shown: ssh-keygen -Y sign -n holdfast -f KEY STATEMENT");
        }
    }

    private static SshSignature check(String armoured, String text) throws GeneralSecurityException {
        var fields = new SshFields(Armour.SIGNATURE.open(armoured));
        if (!Arrays.equals(fields.raw(MAGIC.length), MAGIC) || fields.number() != VERSION) {
            throw new IllegalArgumentException("it is of another format");
        }
        var signer = SshPublicKey.ofBlob(fields.bytes())
                .orElseThrow(() -> new IllegalArgumentException("its key is not an Ed25519 one"));
        if (!fields.text().equals(NAMESPACE)) {
            throw new IllegalArgumentException("it was made for another purpose than 'holdfast'");
        }
        fields.bytes();
        var algorithm = fields.text();
        var signature = new SshFields(fields.bytes());
        if (!signature.text().equals(SshPublicKey.TYPE) || !fields.atEnd()) {
            throw new IllegalArgumentException("it is not an Ed25519 one");
        }
        var verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(forJava(signer));
        verifier.update(signed(algorithm, text));
        if (!verifier.verify(signature.bytes())) {
            throw new IllegalArgumentException("it is over another text");
        }
        return new SshSignature(signer, armoured);
    }

    private static PublicKey forJava(SshPublicKey key) throws GeneralSecurityException {
        var raw = key.bytes();
        var encoded = Arrays.copyOf(X509_PREFIX, X509_PREFIX.length + raw.length);
        System.arraycopy(raw, 0, encoded, X509_PREFIX.length, raw.length);
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    }

    private static byte[] signed(String algorithm, String text) {
        return new SshFields.Writer()
                .raw(MAGIC)
                .text(NAMESPACE)
                .text("")
                .text(algorithm)
                .bytes(hash(algorithm, text))
                .done();
    }

    private static byte[] hash(String algorithm, String text) {
        var name = switch (algorithm) {
            case "sha512" -> "SHA-512";
            case "sha256" -> "SHA-256";
            default -> throw new IllegalArgumentException("its hash '%s' is unknown".formatted(algorithm));
        };
        try {
            return MessageDigest.getInstance(name).digest(text.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
