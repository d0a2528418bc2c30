package io.holdfast.cli;

import io.holdfast.cli.Table.Column;
import io.holdfast.cli.configuration.ByteSize;
import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.cli.configuration.TimeSpan;
import io.holdfast.postgres.copy.RepositoryCopy;
import io.holdfast.postgres.mirror.Mirrors;
import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast mirror heal}: brings to each place what it lacks. */
@Command(
        name = "heal",
        description = {
            "Bring to each place of the repository what another has and it lacks: backups with all that they reach, WAL, keys, plans and evidence.",
            "Only what authenticates is copied, and a backup counts in a place when all is there. 'holdfast protect' does the same soon after a"
                    + " place missed something, and every 15 minutes. What is damaged is not missing: 'holdfast verify' finds it.",
            "Ends with 7 if a place does not answer or did not get all."
        })
final class MirrorHealCommand implements Callable<Integer>, TakesSettings {

    private static final int NOT_WHOLE = ProblemKind.UNAVAILABLE.exitCode();

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Option(
            names = "--every",
            paramLabel = "TIME",
            description = "Go on, so often, until stopped. What goes wrong is said, and tried again.")
    private @Nullable String every;

    @Override
    public List<Setting<?>> settings() {
        return Settings.OF_THE_REPOSITORY;
    }

    @Override
    public Integer call() throws InterruptedException {
        var pause = Optional.ofNullable(every)
                .map(text -> TimeSpan.of(text).orElseThrow(() -> UsageException.notADuration(text)));
        var workspace = Workspace.of(spec);
        if (!workspace.isMirrored()) {
            throw UsageException.noMirrors();
        }
        try (var repository = workspace.openRepository()) {
            var mirrors = workspace.mirrors(repository).orElseThrow(UsageException::noMirrors);
            while (true) {
                var healing = mirrors.heal();
                report(healing);
                if (pause.isEmpty()) {
                    return healing.isWhole() ? 0 : NOT_WHOLE;
                }
                workspace.pause().pause(pause.get());
            }
        }
    }

    /**
     * What was done.
     *
     * @param away places that do not answer, and why
     * @param whole whether every place is known to have what any of them has
     */
    record Result(List<Healed> healed, Map<String, String> away, boolean whole) {

        record Healed(
                String from,
                String to,
                List<String> backups,
                long walObjects,
                long walBytes,
                long records,
                int holds,
                List<String> problems) {}

        static Result of(Mirrors.Healing healing) {
            var away = new TreeMap<String, String>();
            healing.away().forEach((place, why) -> away.put(place, String.valueOf(why.getMessage())));
            return new Result(healing.pairs().stream().map(Result::healed).toList(), away, healing.isWhole());
        }

        private static Healed healed(Mirrors.Healed pair) {
            var report = pair.report();
            return new Healed(
                    pair.from(),
                    pair.to(),
                    report.stream()
                            .flatMap(done -> done.backups().stream())
                            .filter(backup -> backup.objects() > 0 || !backup.wasThere())
                            .map(backup -> backup.backup().text())
                            .toList(),
                    report.map(RepositoryCopy.Report::walObjects).orElse(0L),
                    report.map(RepositoryCopy.Report::walBytes).orElse(0L),
                    report.map(RepositoryCopy.Report::records).orElse(0L),
                    pair.holds(),
                    problems(pair));
        }

        private static List<String> problems(Mirrors.Healed pair) {
            return Stream.concat(
                            pair.problem().map(HoldfastException::getMessage).stream(),
                            pair.report().stream()
                                    .flatMap(done -> done.unusable().stream())
                                    .map(left -> "backup %s is left out: %s"
                                            .formatted(left.backup(), left.why().getMessage())))
                    .toList();
        }
    }

    private void tell(String what, HoldfastException why) {
        spec.commandLine().getErr().println("ERROR: %s%nHINT: %s".formatted(what, why.hint()));
    }

    private void report(Mirrors.Healing healing) {
        var result = Result.of(healing);
        var err = spec.commandLine().getErr();
        healing.away().forEach((place, why) -> tell("%s does not answer: %s".formatted(place, why.getMessage()), why));
        healing.pairs().forEach(pair -> {
            var whole = "%s did not get all of %s".formatted(pair.to(), pair.from());
            pair.problem().ifPresent(why -> tell("%s: %s".formatted(whole, why.getMessage()), why));
            pair.report().stream()
                    .flatMap(done -> done.unusable().stream())
                    .forEach(left -> tell(
                            "%s: backup %s is left out: %s"
                                    .formatted(whole, left.backup(), left.why().getMessage()),
                            left.why()));
        });
        err.flush();
        output.printText(out -> print(result, out), () -> result);
    }

    private static void print(Result result, PrintWriter out) {
        var table = Table.of(
                Column.left("TO"),
                Column.left("FROM"),
                Column.right("BACKUPS"),
                Column.right("WAL"),
                Column.right("RECORDS"),
                Column.right("HOLDS"));
        for (var pair : result.healed()) {
            table = table.withRow(
                    pair.to(),
                    pair.from(),
                    pair.backups().size(),
                    new ByteSize(pair.walBytes()),
                    pair.records(),
                    pair.holds());
        }
        table.print(out);
        out.println();
        out.println(
                result.whole()
                        ? "every place has what any of them has"
                        : "not every place is known to have what any of them has");
    }
}
