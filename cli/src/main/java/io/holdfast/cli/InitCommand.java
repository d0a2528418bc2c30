package io.holdfast.cli;

import io.holdfast.cli.Table.Column;
import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.Repository;
import io.holdfast.repository.key.KeyEncryptionKey;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.key.kms.KmsSettings;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast init}: makes an empty repository and, if wanted, its key file. */
@Command(
        name = "init",
        description = {
            "Make an empty repository for one PostgreSQL cluster.",
            "Everything in it will be encrypted. Whoever loses the key loses the backups: keep a copy of it, offline and"
                    + " away from the database host and from the repository.",
            "Nothing that exists is overwritten, neither a repository nor a key file."
        },
        footer = {
            "",
            "Examples:",
            "  holdfast init --name shop --repository /backup/shop --key-file ~/shop.key --generate-key",
            "  holdfast init --name shop --repository s3://backups/shop --key-file ~/shop.key --generate-key",
            "  holdfast init --name shop --repository s3://backups/shop --kms-key arn:aws:kms:eu-central-1:111122223333:key/mrk-...",
            "  HOLDFAST_PASSPHRASE=... holdfast init --name shop --repository /backup/shop",
            "",
            "Next: 'holdfast check', then 'holdfast backup'."
        })
final class InitCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Option(
            names = "--name",
            required = true,
            paramLabel = "NAME",
            description = "What the repository protects, for example the application; it stays for ever.")
    private String name = "";

    @Option(names = "--generate-key", description = "Make the key file, which must not exist yet.")
    private boolean generateKey;

    @Option(names = "--dry-run", description = "Say what would be made, and make nothing.")
    private boolean dryRun;

    @Override
    public List<Setting<?>> settings() {
        return Settings.OF_THE_REPOSITORY;
    }

    @Override
    public Integer call() {
        var workspace = Workspace.of(spec);
        Repository.requireValidName(name);
        var location = workspace.configuration().get(Settings.REPOSITORY_PATH).toString();
        refuseExisting(workspace);
        var keys = workspace.repositoryKey();
        var keyFile = keys.keyFile();
        if (generateKey && keyFile.isEmpty()) {
            throw KeyChoiceException.noFileToGenerate();
        }
        var kmsKey = keys.kms().map(KmsSettings::key);
        if (dryRun) {
            report(new Made(name, "", location, keyFile, kmsKey, generateKey, true));
            return 0;
        }
        try (var repository = make(workspace, key(keys, keyFile))) {
            beginMirrors(repository, workspace);
            report(new Made(
                    repository.name(), repository.id().toString(), location, keyFile, kmsKey, generateKey, false));
        }
        return 0;
    }

    private void beginMirrors(Repository repository, Workspace workspace) {
        try {
            workspace.places().stream().skip(1).forEach(place -> MirrorInitCommand.begin(repository, place));
        } catch (HoldfastException e) {
            spec.commandLine()
                    .getErr()
                    .println("the repository is made in %s, and not in every mirror; 'holdfast mirror init' goes on"
                            .formatted(repository.store().location()));
            throw e;
        }
    }

    /** Before a key file is made or a passphrase typed. */
    private static void refuseExisting(Workspace workspace) {
        for (var place : workspace.places()) {
            workspace.stores().openExisting(place.configuration()).ifPresent(existing -> {
                try (existing) {
                    Repository.requireNoneIn(existing);
                }
            });
        }
    }

    private KeyEncryptionKey key(RepositoryKey keys, Optional<Path> keyFile) {
        if (keyFile.isEmpty()) {
            return keys.toInitialise();
        }
        return generateKey ? KeyFileKey.generate(keyFile.get(), new SecureRandom()) : KeyFileKey.read(keyFile.get());
    }

    private Repository make(Workspace workspace, KeyEncryptionKey key) {
        var store = workspace.stores().create(workspace.configuration());
        try {
            return Repository.initialise(store, name, key, workspace.clock(), new SecureRandom());
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /**
     * The result.
     *
     * @param id empty in a dry run
     * @param keyFile absent where a passphrase or KMS opens it
     * @param kmsKey as it was named, where a key of AWS KMS opens it
     */
    record Made(
            String name,
            String id,
            String repository,
            Optional<Path> keyFile,
            Optional<String> kmsKey,
            boolean generatedKey,
            boolean dryRun) {}

    private void report(Made made) {
        output.print(
                () -> Table.of(Column.left("NAME"), Column.left("REPOSITORY"), Column.left("OPENED BY"))
                        .withRow(
                                made.name(),
                                made.repository(),
                                made.keyFile()
                                        .map(Path::toString)
                                        .or(made::kmsKey)
                                        .orElse("passphrase")),
                () -> made);
        var err = spec.commandLine().getErr();
        if (dryRun) {
            err.println("this was a dry run: nothing was made");
        } else {
            err.println(made.keyFile()
                    .map(
                            "keep a copy of the key file '%s' offline, away from this host and from the repository:"
                                    ::formatted)
                    .or(() -> made.kmsKey()
                            .map(
                                    "see that nobody deletes the KMS key %s, and make a recovery sheet with 'holdfast key export':"
                                            ::formatted))
                    .orElse("keep the passphrase where a disaster of this host does not reach it:"));
            err.println("without it nothing in the repository can ever be read, by anybody");
        }
        err.flush();
    }
}
