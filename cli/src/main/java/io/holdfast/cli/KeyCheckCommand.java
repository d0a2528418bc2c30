package io.holdfast.cli;

import io.holdfast.cli.Table.Column;
import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.repository.Repository;
import io.holdfast.repository.key.KeyException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast key check}. */
@Command(
        name = "check",
        description = {
            "Prove that a key opens every epoch of the repository, without showing it: the configured one, or a recovery sheet.",
            "A sheet that does is recorded as confirmed, and 'holdfast check' stops asking for one. Exit code 1: the key was"
                    + " retired or replaced."
        },
        footer = {"", "Examples:", "  holdfast key check", "  holdfast key check --recovery-sheet -"})
final class KeyCheckCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Mixin
    @SuppressWarnings("unused") // the workspace asks for it
    private RecoverySheetOption recoverySheet;

    @Option(names = "--no-write", description = "Do not record that a sheet was confirmed.")
    private boolean noWrite;

    @Override
    public List<Setting<?>> settings() {
        return Settings.OF_THE_REPOSITORY;
    }

    /**
     * The result.
     *
     * @param open up to which epoch the key opens the repository
     * @param confirmed whether it was recorded that a recovery sheet was at hand
     * @param problem why it is not good, if so
     */
    record Checked(String repository, String key, int epochs, int open, boolean confirmed, Optional<String> problem) {}

    @Override
    public Integer call() {
        var workspace = Workspace.of(spec);
        boolean confirm = workspace.recoverySheet().isPresent() && !noWrite;
        try (var repository = confirm ? workspace.openRepositoryToRestore() : workspace.openRepositoryForReading()) {
            var checked = check(workspace, repository, confirm);
            output.print(
                    () -> Table.of(
                                    Column.left("REPOSITORY"),
                                    Column.left("KEY"),
                                    Column.right("EPOCHS"),
                                    Column.right("OPENS"),
                                    Column.left("RESULT"))
                            .withRow(
                                    checked.repository(),
                                    checked.key(),
                                    checked.epochs(),
                                    checked.open(),
                                    checked.problem().isPresent()
                                            ? "not to be used"
                                            : checked.confirmed() ? "good, confirmed" : "good"),
                    () -> checked);
            return checked.problem().isPresent() ? 1 : 0;
        }
    }

    private static Checked check(Workspace workspace, Repository repository, boolean confirm) {
        var changes = repository.keyChanges(workspace.clock(), new SecureRandom());
        var problem = repository.writeObstacle().map(KeyException::getMessage);
        boolean confirmed = confirm && problem.isEmpty();
        if (confirmed) {
            changes.confirm();
        }
        var inventory = changes.inventory();
        return new Checked(
                repository.name(),
                String.join(
                        " ",
                        changes.used().stream().map(Object::toString).sorted().toList()),
                inventory.epochs(),
                inventory.open(),
                confirmed,
                problem);
    }
}
