package io.holdfast.runbook.approval;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.plan.SshPublicKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/** An Ed25519 key as {@code ssh-keygen -t ed25519} writes it into a file, without a passphrase. */
public final class SshPrivateKey implements SshSigner {

    private static final byte[] MAGIC = "openssh-key-v1\0".getBytes(UTF_8);

    /** What stands before the 32 bytes in the encoding that Java reads (RFC 8410). */
    private static final byte[] PKCS8_PREFIX = HexFormat.of().parseHex("302e020100300506032b657004220420");

    private final SshPublicKey publicKey;
    private final PrivateKey key;

    private SshPrivateKey(SshPublicKey publicKey, PrivateKey key) {
        this.publicKey = publicKey;
        this.key = key;
    }

    /**
     * Reads a file.
     *
     * @throws ApprovalException if it cannot be read, is not such a key, or is protected by a passphrase
     */
    public static SshPrivateKey read(Path file) {
        try {
            return parse(Files.readString(file), file);
        } catch (IOException | IllegalArgumentException | GeneralSecurityException e) {
            throw new ApprovalException(
                    "cannot read '%s' as an Ed25519 key of OpenSSH: %s".formatted(file, e.getMessage()),
                    "make one with: ssh-keygen -t ed25519");
        }
    }

    static SshPrivateKey of(SshPublicKey publicKey, PrivateKey key) {
        return new SshPrivateKey(publicKey, key);
    }

    private static SshPrivateKey parse(String text, Path file) throws GeneralSecurityException {
        var fields = new SshFields(Armour.PRIVATE_KEY.open(text));
        if (!Arrays.equals(fields.raw(MAGIC.length), MAGIC)) {
            throw new IllegalArgumentException("it is of another format");
        }
        if (!fields.text().equals("none")) {
            throw new ApprovalException(
                    "key '%s' is protected by a passphrase".formatted(file),
                    "sign with: ssh-keygen -Y sign -n holdfast -f '%s' STATEMENT".formatted(file));
        }
        fields.text();
        fields.bytes();
        if (fields.number() != 1) {
            throw new IllegalArgumentException("it holds several keys");
        }
        var publicKey = SshPublicKey.ofBlob(fields.bytes())
                .orElseThrow(() -> new IllegalArgumentException("it is of another type"));
        var secret = new SshFields(fields.bytes());
        var check = secret.number();
        if (check != secret.number() || !secret.text().equals(SshPublicKey.TYPE)) {
            throw new IllegalArgumentException("it is damaged");
        }
        secret.bytes();
        var seed = Arrays.copyOf(secret.bytes(), 32);
        return new SshPrivateKey(publicKey, forJava(seed));
    }

    private static PrivateKey forJava(byte[] seed) throws GeneralSecurityException {
        var encoded = Arrays.copyOf(PKCS8_PREFIX, PKCS8_PREFIX.length + 32);
        System.arraycopy(seed, 0, encoded, PKCS8_PREFIX.length, 32);
        return KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(encoded));
    }

    @Override
    public SshPublicKey publicKey() {
        return publicKey;
    }

    @Override
    public byte[] sign(byte[] bytes) {
        try {
            var signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(bytes);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no Ed25519", e);
        }
    }

    @Override
    public String toString() {
        return "private key of " + publicKey;
    }
}
