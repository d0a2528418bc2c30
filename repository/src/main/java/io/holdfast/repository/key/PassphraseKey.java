package io.holdfast.repository.key;

import io.holdfast.problem.Secret;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/** A passphrase, stretched by Argon2id. */
public final class PassphraseKey implements HeldKey {

    private final Secret passphrase;
    private final Argon2Settings settings;

    public PassphraseKey(Secret passphrase) {
        this(passphrase, Argon2Settings.MINIMUM);
    }

    public PassphraseKey(Secret passphrase, Argon2Settings settings) {
        if (passphrase.reveal().isEmpty()) {
            throw KeyException.unusable("the passphrase is empty", "give the passphrase of the repository");
        }
        if (!settings.isAcceptable()) {
            throw new IllegalArgumentException("weaker than the minimum: " + settings);
        }
        this.passphrase = passphrase;
        this.settings = settings;
    }

    @Override
    public String kind() {
        return "passphrase";
    }

    @Override
    public Argon2Settings settings() {
        return settings;
    }

    @Override
    public boolean accepts(Argon2Settings settings) {
        return settings.isAcceptable();
    }

    static Argon2Parameters.Builder parameters(byte[] salt, Argon2Settings settings) {
        return new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(settings.memoryKib())
                .withIterations(settings.passes())
                .withParallelism(settings.lanes())
                .withSalt(salt);
    }

    @Override
    public byte[] derive(byte[] salt, Argon2Settings settings) {
        var generator = new Argon2BytesGenerator();
        generator.init(parameters(salt, settings).build());
        var key = new byte[DataKey.BYTES];
        var text = Normalizer.normalize(passphrase.reveal(), Normalizer.Form.NFC);
        generator.generateBytes(text.getBytes(StandardCharsets.UTF_8), key);
        return key;
    }

    @Override
    public String hint() {
        return "check the passphrase; it is the one that was given to 'holdfast init'";
    }

    @Override
    public String toString() {
        return "PassphraseKey[" + passphrase + "]";
    }
}
