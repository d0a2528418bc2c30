package io.holdfast.cli;

import io.holdfast.cli.Table.Column;
import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.cli.inventory.Inventory;
import io.holdfast.cli.inventory.WindowEntry;
import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.Repository;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast mirror list}: what each place has. */
@Command(
        name = "list",
        description = {
            "Say of each place of the repository whether it answers, how many backups can be restored from it alone, and up to when.",
            "Ends with 7 if one does not answer."
        })
final class MirrorListCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Override
    public List<Setting<?>> settings() {
        return Settings.OF_THE_REPOSITORY;
    }

    @Override
    public Integer call() throws InterruptedException {
        var workspace = Workspace.of(spec);
        if (!workspace.isMirrored()) {
            throw UsageException.noMirrors();
        }
        try (var repository = workspace.openRepositoryForReading()) {
            var places = new EachPlace(workspace, output)
                    .run(
                            repository,
                            false,
                            (there, _) -> Contents.of(there),
                            spec.commandLine().getErr());
            output.print(
                    () -> Table.of(
                                    Column.left("PLACE"),
                                    Column.left("STATE"),
                                    Column.right("BACKUPS"),
                                    Column.left("NEWEST"),
                                    Column.left("RECOVERABLE TO"))
                            .withRows(places.stream().map(MirrorListCommand::row)),
                    () -> places);
            return EachPlace.isComplete(places) ? 0 : ProblemKind.UNAVAILABLE.exitCode();
        }
    }

    /**
     * What is in one place.
     *
     * @param recoverable the last window that can be recovered from it alone
     */
    record Contents(int backups, Optional<String> newest, Optional<WindowEntry> recoverable) {

        static Contents of(Repository repository) {
            var inventory = Inventory.read(repository);
            var windows = inventory.windows();
            return new Contents(
                    inventory.backups().size(),
                    inventory.backups().isEmpty()
                            ? Optional.empty()
                            : Optional.of(inventory.backups().getLast().id()),
                    windows.isEmpty() ? Optional.empty() : Optional.of(windows.getLast()));
        }
    }

    private static List<Object> row(EachPlace.Outcome<Contents> place) {
        var found = place.result();
        return List.of(
                place.location(),
                found.isPresent() ? "answers" : "away: " + place.problem().orElse(""),
                found.<Object>map(Contents::backups).orElse(""),
                found.flatMap(Contents::newest).orElse(""),
                found.flatMap(Contents::recoverable)
                        .map(window -> window.coveredUntil()
                                .or(window::lastCommit)
                                .map(Times::of)
                                .orElseGet(window::toLsn))
                        .orElse(""));
    }
}
