package io.holdfast.cli;

import io.holdfast.cli.configuration.RepositoryLocation.Bucket;
import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.repository.Repository;
import io.holdfast.repository.key.KeyChanges.NewKey;
import io.holdfast.repository.key.RecoveryKey;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast key export}. */
@Command(
        name = "export",
        description = {
            "Make a recovery sheet: a new key that opens everything and lies nowhere but on paper, as four lines to type and as a QR"
                    + " code. Print it, confirm it by typing it in, keep it away from the database and the repository, and shred the"
                    + " file.",
            "Whoever has the sheet and can read the repository reads everything in it."
        },
        footer = {
            "",
            "Examples:",
            "  holdfast key export --sheet shop-recovery.html --label 'safe in the office'",
            "  holdfast key export --print | lpr",
            "",
            "Next: 'holdfast key check --recovery-sheet -'."
        })
final class KeyExportCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Target target = new Target();

    @Option(names = "--label", paramLabel = "TEXT", description = "Where the sheet will lie, for 'holdfast key list'.")
    private String label = "";

    /** Where the sheet goes: a secret is shown only where it was asked for. */
    static final class Target {

        @Option(
                names = "--sheet",
                paramLabel = "FILE",
                description =
                        "Write the sheet to this file (mode 600), which must not exist; a page if it ends in .html.")
        private @Nullable Path sheet;

        @Option(names = "--print", description = "Write the sheet to the standard output.")
        @SuppressWarnings("unused") // the group asks for one of the two
        private boolean print;
    }

    @Override
    public List<Setting<?>> settings() {
        return Settings.OF_THE_REPOSITORY;
    }

    /** The result, without the secret. */
    record Exported(String repository, String key, int epochs, String sheet) {}

    @Override
    public Integer call() {
        var workspace = Workspace.of(spec);
        try (var repository = workspace.openRepository()) {
            if (target.sheet == null) {
                spec.commandLine()
                        .getOut()
                        .println(make(workspace, repository).text().reveal());
                spec.commandLine().getOut().flush();
            } else {
                var file = workspace.resolve(target.sheet);
                var sheet = SheetFile.write(file, () -> make(workspace, repository));
                var exported = new Exported(sheet.repository(), sheet.key(), sheet.epochs(), file.toString());
                output.print(
                        () -> Table.of(
                                        Table.Column.left("REPOSITORY"),
                                        Table.Column.left("KEY"),
                                        Table.Column.left("SHEET"))
                                .withRow(exported.repository(), exported.key(), exported.sheet()),
                        () -> exported);
            }
        }
        var err = spec.commandLine().getErr();
        err.println("confirm that the sheet can be read, from paper: 'holdfast key check --recovery-sheet -'");
        err.flush();
        return 0;
    }

    /** The repository knows the key before any paper shows it: a sheet that opens nothing would be found out too late. */
    private RecoverySheet make(Workspace workspace, Repository repository) {
        var recovery = RecoveryKey.draw(new SecureRandom());
        var changes = repository.keyChanges(workspace.clock(), new SecureRandom());
        var added = changes.add(new NewKey(recovery, label));
        return new RecoverySheet(
                repository.name(),
                repository.id().toString(),
                workspace.places().stream().map(KeyExportCommand::reached).toList(),
                added.text(),
                changes.inventory().epochs(),
                workspace.clock().instant().truncatedTo(ChronoUnit.SECONDS),
                recovery.code());
    }

    /** Where it is, and as environment variables what is needed to get there: nobody may have the configuration any more. */
    private static List<String> reached(Workspace place) {
        var configuration = place.configuration();
        var location = configuration.get(Settings.REPOSITORY_PATH);
        var lines = new ArrayList<>(List.of(location.toString()));
        if (location instanceof Bucket) {
            for (var setting : List.of(Settings.S3_ENDPOINT, Settings.S3_REGION, Settings.S3_PATH_STYLE)) {
                configuration.find(setting).ifPresent(value -> lines.add(setting.variable() + "=" + value));
            }
        }
        return lines;
    }
}
