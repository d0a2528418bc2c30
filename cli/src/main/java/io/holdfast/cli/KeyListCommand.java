package io.holdfast.cli;

import io.holdfast.cli.Table.Column;
import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.repository.key.KeyEntry;
import io.holdfast.repository.key.KeyInventory;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast key list}. */
@Command(
        name = "list",
        description = {
            "List the keys of the repository: which epochs each has a wrap for, which is in use, retired, confirmed.",
            "Kind and label of another key are what its wraps say; 'key check' with that key proves it. Only reads."
        },
        footer = {
            "",
            "Examples:",
            "  holdfast key list",
            "  holdfast key list -o json | jq '.keys[] | select(.retired)'"
        })
final class KeyListCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Mixin
    @SuppressWarnings("unused") // the workspace asks for it
    private RecoverySheetOption recoverySheet;

    @Override
    public List<Setting<?>> settings() {
        return Settings.OF_THE_REPOSITORY;
    }

    @Override
    public Integer call() {
        var workspace = Workspace.of(spec);
        try (var repository = workspace.openRepositoryForReading()) {
            var inventory =
                    repository.keyChanges(workspace.clock(), new SecureRandom()).inventory();
            output.printText(out -> print(inventory, out), () -> inventory);
        }
        return 0;
    }

    private static void print(KeyInventory inventory, PrintWriter out) {
        out.println("epochs  %d, the key in use opens %d".formatted(inventory.epochs(), inventory.open()));
        out.println();
        var columns = new ArrayList<>(List.of(
                Column.left("KEY"),
                Column.left("KIND"),
                Column.left("LABEL"),
                Column.left("ADDED"),
                Column.left("EPOCHS"),
                Column.left("STATE")));
        var kms = inventory.keys().stream().anyMatch(key -> key.kmsKey().isPresent());
        if (kms) {
            columns.add(Column.left("KMS KEY"));
        }
        new Table(columns, List.of())
                .withRows(inventory.keys().stream().map(key -> row(key, inventory.epochs(), kms)))
                .print(out);
        inventory.remarks().forEach(remark -> out.println("%n%s".formatted(remark)));
    }

    private static List<Object> row(KeyEntry key, int epochs, boolean kms) {
        var cells = new ArrayList<Object>(List.of(
                key.key(),
                key.kind(),
                key.label().isEmpty() ? "-" : key.label(),
                Times.of(key.created()),
                key.epochs().stream().map(String::valueOf).collect(Collectors.joining(" ")),
                state(key, epochs)));
        if (kms) {
            cells.add(key.kmsKey().orElse("-"));
        }
        return cells;
    }

    private static String state(KeyEntry key, int epochs) {
        if (key.retired().isPresent()) {
            return "retired " + Times.of(key.retired().get());
        }
        if (!key.epochs().contains(1)) {
            return "unfinished: opens nothing";
        }
        if (!key.epochs().contains(epochs)) {
            return "replaced: reads older epochs";
        }
        if (key.inUse()) {
            return "in use";
        }
        return key.confirmed().map(time -> "confirmed " + Times.of(time)).orElse("-");
    }
}
