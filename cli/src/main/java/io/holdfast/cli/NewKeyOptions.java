package io.holdfast.cli;

import io.holdfast.repository.key.KeyChanges.NewKey;
import io.holdfast.repository.key.KeyEncryptionKey;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.key.KmsKey;
import io.holdfast.repository.key.PassphraseKey;
import io.holdfast.repository.key.kms.AwsKms;
import io.holdfast.repository.key.kms.KmsSettings;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Which key shall open the repository from now on. */
final class NewKeyOptions {

    @ArgGroup(exclusive = true)
    private @Nullable Choice choice;

    @Option(names = "--generate-key", description = "Make the new key file, which must not exist yet.")
    private boolean generateKey;

    @Option(
            names = "--label",
            paramLabel = "TEXT",
            description = "Whose the new key is or where it lies, for 'holdfast key list'.")
    private String label = "";

    /** One of them. */
    static final class Choice {

        @Option(names = "--new-key-file", paramLabel = "FILE", description = "The new key is this key file.")
        private @Nullable Path keyFile;

        @Option(
                names = "--new-passphrase-file",
                paramLabel = "FILE",
                description = "The new key is the passphrase in the first line of this file.")
        private @Nullable Path passphraseFile;

        @Option(
                names = "--new-kms-key",
                paramLabel = "KEY",
                description =
                        "The new key is this one of AWS KMS, reached as the kms settings say: an ARN, alias/NAME, or the id of a key.")
        private @Nullable String kmsKey;

        @Option(names = "--new-passphrase", description = "The new key is a passphrase that is typed, twice.")
        @SuppressWarnings("unused") // what is asked for when neither of the others is given
        private boolean passphrase;
    }

    /** Before anything is opened: there is one. */
    void requireOne() {
        if (choice == null) {
            throw KeyChoiceException.noNewKey();
        }
        if (generateKey && choice.keyFile == null) {
            throw KeyChoiceException.noFileToGenerate();
        }
        if (choice.kmsKey != null && !KmsSettings.isKey(choice.kmsKey)) {
            throw KeyChoiceException.notAKmsKey(choice.kmsKey);
        }
    }

    /** Makes or reads the key; only once everything else is known to be right. */
    NewKey key(Workspace workspace) {
        requireOne();
        return new NewKey(chosen(workspace, choice == null ? new Choice() : choice), label);
    }

    private KeyEncryptionKey chosen(Workspace workspace, Choice chosen) {
        if (chosen.keyFile != null) {
            var file = workspace.resolve(chosen.keyFile);
            return generateKey ? KeyFileKey.generate(file, new SecureRandom()) : KeyFileKey.read(file);
        }
        if (chosen.passphraseFile != null) {
            return new PassphraseKey(PassphraseFile.read(workspace.resolve(chosen.passphraseFile)));
        }
        if (chosen.kmsKey != null) {
            return new KmsKey(new AwsKms(workspace.repositoryKey().kms(chosen.kmsKey)));
        }
        return RepositoryKey.typedTwice(
                workspace.prompt().orElseThrow(KeyChoiceException::noTerminal), "new passphrase of the repository");
    }
}
