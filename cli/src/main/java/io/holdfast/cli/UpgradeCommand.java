package io.holdfast.cli;

import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.cli.inventory.GenerationEntry;
import io.holdfast.postgres.upgrade.Upgrade;
import io.holdfast.postgres.upgrade.UpgradeException;
import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.repository.Repository;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast upgrade}: a new cluster takes the place of the old one. */
@Command(
        name = "upgrade",
        description = {
            "Protect the running server's cluster in place of the one that the repository protects now, under the same name:"
                    + " after pg_upgrade, or dump and reload, which give a cluster another system identifier.",
            "What is stored of the old cluster stays, and can be restored with 'holdfast restore --generation N'. Nothing of"
                    + " it is used for the new one, whose first backup is a full one.",
            "Stop the old server for good, and its capture, before. Run twice, or on several hosts, it does the same once."
        },
        footer = {
            "",
            "Examples:",
            "  holdfast upgrade --dry-run                     which cluster would follow which",
            "  holdfast upgrade --over 7575123456789012345    the one with that system identifier is over"
        })
final class UpgradeCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Option(
            names = "--over",
            paramLabel = "SYSTEM-IDENTIFIER",
            description = "The cluster that is over and never writes again: the last one that 'holdfast info' shows.")
    private @Nullable String over;

    @Option(names = "--dry-run", description = "Say which cluster would follow which, and change nothing.")
    private boolean dryRun;

    @Override
    public List<Setting<?>> settings() {
        return Stream.of(
                        Settings.OF_THE_REPOSITORY,
                        Settings.OF_THE_SERVER,
                        List.<Setting<?>>of(Settings.STATE_DIRECTORY))
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public Integer call() {
        var workspace = Workspace.of(spec);
        var confirmed = Optional.ofNullable(over).map(UpgradeCommand::systemIdentifier);
        try (var repository = dryRun ? workspace.openRepositoryForReading() : workspace.openRepository()) {
            var upgrade = new Upgrade(repository, workspace.server(), workspace.stateFolder());
            var prospect = upgrade.look();
            if (!dryRun && prospect instanceof Upgrade.Prospect.Possible possible) {
                upgrade.open(confirmed.orElseThrow(() -> UpgradeException.notConfirmed(possible.over())));
            }
            var result = Result.of(repository, prospect);
            output.printText(out -> print(result, out), () -> result);
        }
        if (dryRun) {
            spec.commandLine().getErr().println("this was a dry run: nothing was changed");
        }
        return 0;
    }

    private static SystemIdentifier systemIdentifier(String text) {
        try {
            return SystemIdentifier.parse(text);
        } catch (NumberFormatException _) {
            throw UsageException.notASystemIdentifier(text);
        }
    }

    /**
     * Which generation follows which.
     *
     * @param over the one that is over; absent when there was nothing to do
     */
    record Result(String repository, Optional<GenerationEntry> over, GenerationEntry generation) {

        static Result of(Repository repository, Upgrade.Prospect prospect) {
            var before = switch (prospect) {
                case Upgrade.Prospect.Done _ -> Optional.<GenerationEntry>empty();
                case Upgrade.Prospect.Possible possible -> Optional.of(GenerationEntry.of(possible.over()));
            };
            return new Result(repository.name(), before, GenerationEntry.of(prospect.generation()));
        }
    }

    private static void print(Result result, PrintWriter out) {
        out.println("repository  " + result.repository());
        result.over().ifPresent(over -> out.println("over        " + describe(over)));
        out.println("protected   " + describe(result.generation()));
        out.println(
                result.over().isPresent()
                        ? "next        start the capture, and take a backup: before that nothing of the new cluster can be recovered"
                        : "next        nothing: the repository protects this cluster already");
    }

    private static String describe(GenerationEntry generation) {
        return "generation %d: PostgreSQL %d, system identifier %s"
                .formatted(generation.number(), generation.postgres(), generation.systemIdentifier());
    }
}
