package io.holdfast.cli;

import io.holdfast.cli.configuration.RepositoryLocation;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.postgres.restore.replay.RepositoryReference;
import io.holdfast.repository.Repository;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.key.KeyEncryptionKey;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.key.KmsKey;
import io.holdfast.repository.key.PassphraseKey;
import io.holdfast.repository.key.kms.AwsKms;
import io.holdfast.repository.key.kms.KmsSettings;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a restored server opens the repository again while it recovers: by the path of the key file, passphrase file or recovery sheet
 * that counts now, or by the name of a key of AWS KMS, never by the key itself.
 */
final class RepositoryReferences {

    private static final String KEY_FILE = "key-file:";
    private static final String PASSPHRASE_FILE = "passphrase-file:";
    private static final String KMS = "aws-kms:";
    private static final String RECOVERY_SHEET = "recovery-sheet:";

    private RepositoryReferences() {}

    /** @throws KeyChoiceException if the key is one that only a person or this process has */
    static RepositoryReference of(Workspace workspace) {
        var location = RepositoryStores.reference(
                workspace.places().stream().map(Workspace::configuration).toList());
        return named(workspace)
                .map(named -> new RepositoryReference(location, named))
                .orElseThrow(KeyChoiceException::notForRecovery);
    }

    /** The files of this host that a recovering server reads to open the repository. One that has mirrors opens with any of them. */
    static List<Path> filesOf(Workspace workspace) {
        var key = workspace.repositoryKey();
        var keyFile = workspace
                .recoverySheet()
                .filter(file -> !RecoverySheetFile.isTyped(file))
                .or(key::keyFile)
                .or(key::passphraseFile);
        var root = workspace.configuration().find(Settings.REPOSITORY_PATH).stream()
                .filter(_ -> workspace.places().size() == 1)
                .flatMap(place -> place instanceof RepositoryLocation.Folder(var folder)
                        ? Stream.of(folder.resolve("repository"))
                        : Stream.empty());
        return Stream.concat(root, keyFile.stream()).toList();
    }

    private static Optional<String> named(Workspace workspace) {
        var sheet = workspace.recoverySheet();
        if (sheet.isPresent()) {
            return sheet.filter(file -> !RecoverySheetFile.isTyped(file))
                    .map(file -> RECOVERY_SHEET + file.toAbsolutePath());
        }
        var key = workspace.repositoryKey();
        return key.keyFile()
                .map(file -> KEY_FILE + file.toAbsolutePath())
                .or(() -> key.passphraseFile().map(file -> PASSPHRASE_FILE + file.toAbsolutePath()))
                .or(() -> key.kms().map(settings -> KMS + settings.reference()));
    }

    static Repository open(RepositoryReference reference) {
        var store = new RepositoryStores(new LocalDisk(), InstantSource.system()).openReferenced(reference.location());
        try {
            return Repository.open(store, () -> key(reference.key()));
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    private static KeyEncryptionKey key(String reference) {
        if (reference.startsWith(RECOVERY_SHEET)) {
            return RecoverySheetFile.read(Path.of(reference.substring(RECOVERY_SHEET.length())), Optional.empty());
        }
        if (reference.startsWith(KMS)) {
            return new KmsKey(new AwsKms(KmsSettings.ofReference(reference.substring(KMS.length()))));
        }
        return reference.startsWith(KEY_FILE)
                ? KeyFileKey.read(Path.of(reference.substring(KEY_FILE.length())))
                : new PassphraseKey(PassphraseFile.read(Path.of(reference.substring(PASSPHRASE_FILE.length()))));
    }
}
