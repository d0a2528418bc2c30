package io.holdfast.cli;

import io.holdfast.cli.Table.Column;
import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.repository.retention.Holds;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast hold list}. */
@Command(name = "list", description = "Show the holds, those of restores among them.")
final class HoldListCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Option(names = "--all", description = "Also those that have ended.")
    private boolean all;

    @Override
    public List<Setting<?>> settings() {
        return Settings.OF_THE_REPOSITORY;
    }

    @Override
    public Integer call() {
        try (var repository = Workspace.of(spec).openRepositoryForReading()) {
            var now = repository.store().now();
            var entries = new Holds(repository)
                    .all().stream()
                            .map(hold -> HoldCommand.Entry.of(hold, now))
                            .filter(entry -> all || entry.inForce())
                            .toList();
            output.print(() -> table(entries), () -> entries);
        }
        return 0;
    }

    private static Table table(List<HoldCommand.Entry> entries) {
        var table = Table.of(
                Column.right("HOLD"),
                Column.left("BACKUP"),
                Column.left("WAL"),
                Column.left("PLACED"),
                Column.left("ENDS"),
                Column.left("BY"),
                Column.left("REASON"));
        for (var entry : entries) {
            table = table.withRow(
                    entry.number(),
                    entry.backup().orElse("-"),
                    entry.wal().orElse("-"),
                    Times.of(entry.placed()),
                    entry.ends().map(Times::of).orElse("when released"),
                    entry.by(),
                    entry.reason());
        }
        return table;
    }
}
