package io.holdfast.cli;

import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.cli.configuration.TimeSpan;
import io.holdfast.postgres.retention.BackupHold;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.repository.pack.BackupId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast hold add}. */
@Command(
        name = "add",
        description = {
            "Hold a backup, with the WAL that makes it consistent; with --to-lsn also what it takes to recover further.",
            "Without BACKUP, --from-lsn and --to-lsn name what shall stay recoverable: the newest backup before it is held."
        })
final class HoldAddCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Parameters(arity = "0..1", paramLabel = "BACKUP", description = "As 'holdfast info' names it.")
    private @Nullable String backup;

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why, for whoever finds it later.")
    private String reason = "";

    @Option(names = "--for", paramLabel = "TIME", description = "How long (default: until it is released).")
    private @Nullable String life;

    @Option(names = "--from-lsn", paramLabel = "LSN", description = "Begin of what shall stay recoverable.")
    private @Nullable String from;

    @Option(names = "--to-lsn", paramLabel = "LSN", description = "End of what shall stay recoverable.")
    private @Nullable String to;

    @Override
    public List<Setting<?>> settings() {
        return Settings.OF_THE_REPOSITORY;
    }

    @Override
    public Integer call() {
        if ((backup == null) == (from == null) || (from != null && to == null)) {
            throw UsageException.whatToHold();
        }
        var lasting = Optional.ofNullable(life).map(HoldAddCommand::duration);
        var end = Optional.ofNullable(to).map(Lsn::parse);
        try (var repository = Workspace.of(spec).openRepositoryToHold()) {
            var holds = new BackupHold(repository, reason, HoldCommand.author(), lasting);
            var hold = from == null ? holds.of(backupId(), end) : holds.ofRange(Lsn.parse(from), end.orElseThrow());
            var entry = HoldCommand.Entry.of(hold, repository.store().now());
            output.printText(out -> out.println(entry.describe()), () -> entry);
        }
        return 0;
    }

    private BackupId backupId() {
        var text = backup == null ? "" : backup;
        if (!BackupId.isValid(text)) {
            throw UsageException.notABackup(text);
        }
        return new BackupId(text);
    }

    private static Duration duration(String text) {
        return TimeSpan.of(text).orElseThrow(() -> UsageException.notADuration(text));
    }
}
