package io.holdfast.cli;

import io.holdfast.cli.configuration.Settings;
import io.holdfast.postgres.restore.replay.RepositoryReference;
import io.holdfast.repository.Repository;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.key.KeyEncryptionKey;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.key.PassphraseKey;
import io.holdfast.repository.store.FilesystemStore;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * How a restored server opens the repository again while it recovers: by the path of a key file or a passphrase file,
 * never by the key itself.
 */
final class RepositoryReferences {

    private static final String KEY_FILE = "key-file:";
    private static final String PASSPHRASE_FILE = "passphrase-file:";

    private RepositoryReferences() {}

    /** @throws KeyChoiceException if the key is one that only a person or this process has */
    static RepositoryReference of(Workspace workspace) {
        var configuration = workspace.configuration();
        var location =
                configuration.get(Settings.REPOSITORY_PATH).toAbsolutePath().toString();
        var keyFile = workspace.repositoryKey().keyFile();
        if (keyFile.isPresent()) {
            return new RepositoryReference(location, KEY_FILE + keyFile.get().toAbsolutePath());
        }
        var passphraseFile =
                configuration.find(Settings.PASSPHRASE_FILE).orElseThrow(KeyChoiceException::notForRecovery);
        return new RepositoryReference(location, PASSPHRASE_FILE + passphraseFile.toAbsolutePath());
    }

    static Repository open(RepositoryReference reference) {
        var store =
                FilesystemStore.openForReading(new LocalDisk(), Path.of(reference.location()), InstantSource.system());
        try {
            return Repository.open(store, () -> key(reference.key()));
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    private static KeyEncryptionKey key(String reference) {
        return reference.startsWith(KEY_FILE)
                ? KeyFileKey.read(Path.of(reference.substring(KEY_FILE.length())))
                : new PassphraseKey(PassphraseFile.read(Path.of(reference.substring(PASSPHRASE_FILE.length()))));
    }
}
