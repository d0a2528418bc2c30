package io.holdfast.repository.evidence;

import io.holdfast.repository.key.SecretFile;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** Who writes a chain: the private half of an Ed25519 key, in a file that only its owner can read. */
public final class EvidenceSigner {

    private static final String KIND = "evidence key";

    private final Path file;
    private final byte[] secret;
    private final EvidenceKey key;

    private EvidenceSigner(Path file, byte[] secret) {
        this.file = file;
        this.secret = secret;
        var bytes = new byte[Ed25519.PUBLIC_KEY_SIZE];
        Ed25519.generatePublicKey(secret, 0, bytes, 0);
        key = EvidenceKey.of(bytes);
    }

    /** Reads a key, refusing one that group or others can read. */
    public static EvidenceSigner read(Path file) {
        return new EvidenceSigner(
                file, SecretFile.read(file, KIND, "name another one, or let 'holdfast evidence key' make one"));
    }

    /** Makes a new key, never touching one that exists. */
    public static EvidenceSigner generate(Path file, SecureRandom random) {
        return new EvidenceSigner(file, SecretFile.generate(file, KIND, random));
    }

    public EvidenceKey key() {
        return key;
    }

    Path file() {
        return file;
    }

    /** What excludes others who use the key, which itself need not be writable. */
    Path lock() {
        return file.resolveSibling(file.getFileName() + ".lock");
    }

    byte[] sign(byte[] text) {
        var signature = new byte[Ed25519.SIGNATURE_SIZE];
        Ed25519.sign(secret, 0, text, 0, text.length, signature, 0);
        return signature;
    }

    @Override
    public String toString() {
        return "EvidenceSigner[" + file + "]";
    }
}
