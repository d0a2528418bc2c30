package io.holdfast.cli;

import io.holdfast.cli.configuration.Configuration;
import io.holdfast.cli.configuration.Origin;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.repository.key.KeyEncryptionKey;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.key.KmsKey;
import io.holdfast.repository.key.PassphraseKey;
import io.holdfast.repository.key.kms.AwsKms;
import io.holdfast.repository.key.kms.KmsSettings;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which key opens the repository: key file, passphrase file, the variable {@code HOLDFAST_PASSPHRASE}, a key of AWS KMS, or
 * whoever sits at the terminal. Where several are configured the strongest origin counts; two of one origin are refused, since
 * only one of them can be meant. What is about KMS is loaded only where it is used: the SDK takes longer than most commands.
 */
final class RepositoryKey {

    private static final String QUESTION = "passphrase of the repository";

    private final Configuration configuration;
    private final Optional<PassphrasePrompt> prompt;

    RepositoryKey(Configuration configuration, Optional<PassphrasePrompt> prompt) {
        this.configuration = configuration;
        this.prompt = prompt;
    }

    private enum Kind {
        KEY_FILE,
        PASSPHRASE_FILE,
        PASSPHRASE_VARIABLE,
        KMS
    }

    /** The key of a repository that exists. */
    KeyEncryptionKey toOpen() {
        return kms().<KeyEncryptionKey>map(settings -> new KmsKey(new AwsKms(settings)))
                .or(() -> keyFile().map(KeyFileKey::read))
                .orElseGet(() -> passphrase(false));
    }

    /** A key for a new repository that is no file: a person has to type a passphrase twice. */
    KeyEncryptionKey toInitialise() {
        return kms().<KeyEncryptionKey>map(settings -> new KmsKey(new AwsKms(settings)))
                .orElseGet(() -> passphrase(true));
    }

    /** The key file, where that is what counts. */
    Optional<Path> keyFile() {
        return counts(Kind.KEY_FILE) ? configuration.find(Settings.KEY_FILE) : Optional.empty();
    }

    /** The passphrase file, where that is what counts. */
    Optional<Path> passphraseFile() {
        return counts(Kind.PASSPHRASE_FILE) ? configuration.find(Settings.PASSPHRASE_FILE) : Optional.empty();
    }

    /** The key of AWS KMS, where that is what counts. */
    Optional<KmsSettings> kms() {
        return counts(Kind.KMS) ? configuration.find(Settings.KMS_KEY).map(this::kms) : Optional.empty();
    }

    /** Another key of AWS KMS, reached as is configured here. */
    KmsSettings kms(String key) {
        return new KmsSettings(
                key,
                configuration.find(Settings.KMS_ENDPOINT),
                configuration.find(Settings.KMS_REGION),
                configuration.find(Settings.KMS_PROFILE),
                configuration.find(Settings.KMS_ROLE));
    }

    private boolean counts(Kind kind) {
        var configured = configured();
        var strongest = configured.values().stream().min(Comparator.naturalOrder());
        var meant = configured.entrySet().stream()
                .filter(one -> Optional.of(one.getValue()).equals(strongest))
                .map(Map.Entry::getKey)
                .toList();
        if (meant.size() > 1) {
            throw KeyChoiceException.two();
        }
        return meant.contains(kind);
    }

    private Map<Kind, Origin> configured() {
        var found = new EnumMap<Kind, Origin>(Kind.class);
        configuration.origin(Settings.KEY_FILE).ifPresent(origin -> found.put(Kind.KEY_FILE, origin));
        configuration.origin(Settings.PASSPHRASE_FILE).ifPresent(origin -> found.put(Kind.PASSPHRASE_FILE, origin));
        configuration.passphrase().ifPresent(_ -> found.put(Kind.PASSPHRASE_VARIABLE, Origin.ENVIRONMENT));
        configuration.origin(Settings.KMS_KEY).ifPresent(origin -> found.put(Kind.KMS, origin));
        return found;
    }

    private PassphraseKey passphrase(boolean twice) {
        var file = passphraseFile();
        if (file.isPresent()) {
            return new PassphraseKey(PassphraseFile.read(file.get()));
        }
        if (configuration.passphrase().isPresent()) {
            return new PassphraseKey(configuration.passphrase().get());
        }
        var asked = prompt.orElseThrow(KeyChoiceException::none);
        return twice ? typedTwice(asked, QUESTION) : new PassphraseKey(asked.ask(QUESTION));
    }

    /** A passphrase that nobody knows yet: a slip would lock everybody out. */
    static PassphraseKey typedTwice(PassphrasePrompt prompt, String question) {
        var typed = prompt.ask(question);
        if (!prompt.ask("the same passphrase again").equals(typed)) {
            throw KeyChoiceException.different();
        }
        return new PassphraseKey(typed);
    }
}
