package io.holdfast.runbook.approval;

import io.holdfast.plan.SshPublicKey;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.interfaces.EdECPublicKey;
import java.util.Arrays;
import java.util.HexFormat;

/** A person's key, made for a test. */
public record TestKeys(SshPublicKey publicKey, SshPrivateKey privateKey) {

    /** A new one. */
    public static TestKeys make() {
        try {
            var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            var encoded = ((EdECPublicKey) pair.getPublic()).getEncoded();
            var raw = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
            var publicKey = new SshPublicKey(HexFormat.of().formatHex(raw));
            return new TestKeys(publicKey, SshPrivateKey.of(publicKey, pair.getPrivate()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The line of the plan. */
    public String line() {
        return publicKey.toString();
    }

    /** A signature over a text. */
    public String sign(String text) {
        return SshSignature.sign(privateKey, text).armoured();
    }
}
