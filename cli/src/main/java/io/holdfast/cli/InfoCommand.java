package io.holdfast.cli;

import io.holdfast.cli.Table.Column;
import io.holdfast.cli.configuration.ByteSize;
import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.cli.inventory.BackupEntry;
import io.holdfast.cli.inventory.CoverageEntry;
import io.holdfast.cli.inventory.GenerationEntry;
import io.holdfast.cli.inventory.Inventory;
import io.holdfast.cli.inventory.ProofEntry;
import io.holdfast.cli.inventory.WindowEntry;
import io.holdfast.problem.ProblemKind;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast info}: what a repository holds and what can be recovered from it. */
@Command(
        name = "info",
        description = {
            "Show what the repository holds: its backups, its WAL, and which points in time can be recovered.",
            "Only reads, needs no server, and works on every host that has the repository and its key.",
            "With --cost: what the repository takes, and what the processes of this host that use the same state directory have"
                    + " asked of its bucket, day by day, with what a month comes to at that rate. Prices are the provider's: Amazon"
                    + " bills WRITES and LISTS alike, READS cheaper, DELETES not, and bytes received outside of its region."
        },
        footer = {
            "",
            "Examples:",
            "  holdfast info --repository /backup/shop --key-file ~/shop.key",
            "  holdfast info --cost",
            "  holdfast info -o json | jq '.windows[-1].toLsn'"
        })
final class InfoCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Mixin
    @SuppressWarnings("unused") // the workspace asks for it
    private RecoverySheetOption recoverySheet;

    @Option(names = "--cost", description = "Show what is stored and what was asked of the store instead.")
    private boolean cost;

    @Override
    public List<Setting<?>> settings() {
        return Stream.of(Settings.OF_THE_REPOSITORY, List.<Setting<?>>of(Settings.STATE_DIRECTORY))
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public Integer call() throws InterruptedException {
        var workspace = Workspace.of(spec);
        try (var repository = workspace.openRepositoryForReading()) {
            if (cost) {
                var places = new EachPlace(workspace, output);
                var found = places.run(
                        repository,
                        false,
                        (there, place) -> Cost.of(place, there.store()),
                        spec.commandLine().getErr());
                places.print(found, Cost::print);
                return EachPlace.isComplete(found) ? 0 : ProblemKind.UNAVAILABLE.exitCode();
            }
            var inventory = Inventory.read(repository);
            output.printText(out -> print(inventory, out), () -> inventory);
        }
        return 0;
    }

    private static void print(Inventory inventory, PrintWriter out) {
        out.println("repository  %s (%s) in %s".formatted(inventory.name(), inventory.id(), inventory.location()));
        for (var generation : inventory.generations()) {
            if (generation.number() > 1) {
                out.println();
            }
            print(inventory, generation, out);
        }
        if (!inventory.unusable().isEmpty() || !inventory.remarks().isEmpty()) {
            out.println();
            inventory
                    .unusable()
                    .forEach(backup ->
                            out.println("backup %s cannot be used: %s".formatted(backup.id(), backup.reason())));
            inventory.remarks().forEach(out::println);
        }
    }

    /** Everything of one system identifier: of no use for another. */
    private static void print(Inventory inventory, GenerationEntry generation, PrintWriter out) {
        int number = generation.number();
        out.println("cluster     %s, PostgreSQL %d, generation %d"
                .formatted(generation.systemIdentifier(), generation.postgres(), number));
        var own = inventory.backups().stream()
                .filter(backup -> backup.generation() == number)
                .toList();
        print(out, backups(own));
        own.stream().flatMap(backup -> backup.explanations().stream()).forEach(out::println);
        own.forEach(backup ->
                backup.proof().ifPresent(proof -> out.println("%s: %s".formatted(backup.id(), ProofWords.of(proof)))));
        print(
                out,
                wal(inventory.wal().stream()
                        .filter(stretch -> stretch.generation() == number)
                        .toList()));
        print(
                out,
                windows(inventory.windows().stream()
                        .filter(window -> window.generation() == number)
                        .toList()));
    }

    private static void print(PrintWriter out, Table table) {
        if (!table.rows().isEmpty()) {
            out.println();
            table.print(out);
        }
    }

    static Table backups(List<BackupEntry> backups) {
        return Table.of(
                        Column.left("BACKUP"),
                        Column.left("KIND"),
                        Column.left("BEGUN"),
                        Column.right("TOOK"),
                        Column.right("SIZE"),
                        Column.right("READ"),
                        Column.right("STORED"),
                        Column.left("START LSN"),
                        Column.left("STOP LSN"),
                        Column.right("TIMELINE"),
                        Column.left("DAMAGED PAGES"),
                        Column.left("PROOF"))
                .withRows(backups.parallelStream().map(InfoCommand::row));
    }

    private static List<Object> row(BackupEntry backup) {
        return List.of(
                backup.id(),
                backup.kind(),
                Times.of(backup.begun()),
                Times.took(backup.seconds()),
                new ByteSize(backup.bytes()),
                new ByteSize(backup.readBytes()),
                new ByteSize(backup.storedBytes()),
                backup.startLsn(),
                backup.stopLsn(),
                backup.timeline(),
                backup.damagedPages() == 0 ? "none" : backup.damagedPages(),
                backup.proof().map(ProofEntry::verdict).orElse("none"));
    }

    private static Table wal(List<CoverageEntry> wal) {
        var table =
                Table.of(Column.right("WAL ON TIMELINE"), Column.left("FROM"), Column.left("TO"), Column.right("SIZE"));
        for (var stretch : wal) {
            table = table.withRow(
                    stretch.timeline(), stretch.fromLsn(), stretch.toLsn(), new ByteSize(stretch.bytes()));
        }
        return table;
    }

    static Table windows(List<WindowEntry> windows) {
        var table = Table.of(
                Column.left("RECOVERABLE FROM"),
                Column.left("LAST COMMIT"),
                Column.left("COVERED UNTIL"),
                Column.left("FROM LSN"),
                Column.left("TO LSN"),
                Column.right("TIMELINE"),
                Column.left("WITH BACKUP"));
        for (var window : windows) {
            table = table.withRow(
                    Times.of(window.from()),
                    window.lastCommit().map(Times::of).orElse("-"),
                    window.coveredUntil().map(Times::of).orElse("-"),
                    window.fromLsn(),
                    window.toLsn(),
                    window.timeline(),
                    window.backup());
        }
        return table;
    }
}
