package io.holdfast.cli;

import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.repository.key.KeyChanges.NewKey;
import io.holdfast.repository.key.KeyEncryptionKey;
import io.holdfast.repository.key.KeyFileKey;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast key import}. */
@Command(
        name = "import",
        description = {
            "Open the repository with a recovery sheet and let the configured key open it again: the key file or passphrase is lost, or the key of AWS KMS.",
            "With --generate-key the configured key file is made; one that exists is never overwritten."
        },
        footer = {
            "",
            "Examples:",
            "  holdfast key import --recovery-sheet sheet.txt --generate-key",
            "  holdfast key import --recovery-sheet - --key-file /etc/holdfast/shop.key --generate-key"
        })
final class KeyImportCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Mixin
    @SuppressWarnings("unused") // the workspace asks for it
    private RecoverySheetOption recoverySheet;

    @Option(names = "--generate-key", description = "Make the configured key file, which must not exist yet.")
    private boolean generateKey;

    @Option(
            names = "--label",
            paramLabel = "TEXT",
            description = "Whose the key is or where it lies, for 'holdfast key list'.")
    private String label = "";

    @Override
    public List<Setting<?>> settings() {
        return Settings.OF_THE_REPOSITORY;
    }

    @Override
    public Integer call() {
        var workspace = Workspace.of(spec);
        if (workspace.recoverySheet().isEmpty()) {
            throw UsageException.noSheet();
        }
        if (generateKey && workspace.repositoryKey().keyFile().isEmpty()) {
            throw KeyChoiceException.noFileToGenerate();
        }
        new KeyChange(spec, output)
                .make(
                        workspace,
                        false,
                        "",
                        changes -> new KeyChange.Done(
                                "imported",
                                changes.add(new NewKey(key(workspace), label)).text(),
                                changes.inventory().epochs()));
        return 0;
    }

    private KeyEncryptionKey key(Workspace workspace) {
        var keys = workspace.repositoryKey();
        return keys.keyFile()
                .<KeyEncryptionKey>map(
                        file -> generateKey ? KeyFileKey.generate(file, new SecureRandom()) : KeyFileKey.read(file))
                .orElseGet(keys::toInitialise);
    }
}
