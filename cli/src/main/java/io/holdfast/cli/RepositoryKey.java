package io.holdfast.cli;

import io.holdfast.cli.configuration.Configuration;
import io.holdfast.cli.configuration.Origin;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.repository.key.KeyEncryptionKey;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.key.PassphraseKey;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which key opens the repository: key file, passphrase file, the variable {@code HOLDFAST_PASSPHRASE}, or whoever sits
 * at the terminal. Where several are configured the strongest origin counts; two of one origin are refused, since only
 * one of them can be meant.
 */
final class RepositoryKey {

    private static final String QUESTION = "passphrase of the repository";

    private final Configuration configuration;
    private final Optional<PassphrasePrompt> prompt;

    RepositoryKey(Configuration configuration, Optional<PassphrasePrompt> prompt) {
        this.configuration = configuration;
        this.prompt = prompt;
    }

    /** The key of a repository that exists. */
    KeyEncryptionKey toOpen() {
        var file = keyFile();
        return file.isPresent() ? KeyFileKey.read(file.get()) : passphrase(false);
    }

    /** A passphrase for a new repository: a person has to type it twice. */
    PassphraseKey toInitialise() {
        return passphrase(true);
    }

    /** The key file, where that is what counts. */
    Optional<Path> keyFile() {
        var file = configuration.origin(Settings.KEY_FILE);
        var passphrase = passphraseOrigin();
        if (file.isPresent() && file.equals(passphrase)) {
            throw KeyChoiceException.two();
        }
        var counts = file.isPresent() && (passphrase.isEmpty() || file.get().isStrongerThan(passphrase.get()));
        return counts ? configuration.find(Settings.KEY_FILE) : Optional.empty();
    }

    /** The passphrase file, where that is what counts. */
    Optional<Path> passphraseFile() {
        var counts = keyFile().isEmpty()
                && passphraseOrigin().isPresent()
                && passphraseOrigin().equals(configuration.origin(Settings.PASSPHRASE_FILE));
        return counts ? configuration.find(Settings.PASSPHRASE_FILE) : Optional.empty();
    }

    private Optional<Origin> passphraseOrigin() {
        var file = configuration.origin(Settings.PASSPHRASE_FILE);
        var variable = configuration.passphrase().map(_ -> Origin.ENVIRONMENT);
        if (file.isPresent() && file.equals(variable)) {
            throw KeyChoiceException.two();
        }
        return file.isPresent() && (variable.isEmpty() || file.get().isStrongerThan(variable.get())) ? file : variable;
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
