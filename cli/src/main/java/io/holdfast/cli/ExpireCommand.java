package io.holdfast.cli;

import io.holdfast.cli.Table.Column;
import io.holdfast.cli.configuration.ByteSize;
import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.postgres.retention.PostgresContents.Ages;
import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.Repository;
import io.holdfast.repository.removal.ForeignObjects;
import io.holdfast.repository.removal.ForeignObjects.Disowned;
import io.holdfast.repository.removal.ForeignObjects.Fate;
import io.holdfast.repository.removal.RemovalReport;
import io.holdfast.repository.removal.RemovalReport.Tally;
import io.holdfast.repository.retention.Verdict;
import io.holdfast.repository.store.ObjectKey;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast expire}: removes what the policy lets go. */
@Command(
        name = "expire",
        description = {
            "Remove the backups and the WAL that the policy (retention.* in holdfast.yaml) lets go, and what failed backups left.",
            "In two steps: what is to go is announced in the repository, and removed by the first run after retention.grace if nothing needs"
                    + " it then. So backups, captures, restores and other runs may go on at the same time. Run it daily, or let 'holdfast"
                    + " protect' do it (retention.every).",
            "Of packs that stay although less than half of them is used, the next backup is asked to store the rest anew, so that they can go later.",
            "The newest backup of every generation stays in any case, the newest of which nothing is missing if that is another one, and what"
                    + " 'holdfast hold' holds. Where no new backup or WAL arrives, nothing gets older."
        },
        footer = {
            "",
            "Examples:",
            "  holdfast expire --dry-run            what would go, and why",
            "  holdfast expire",
            "  holdfast expire --wait               do both steps, which takes retention.grace",
            "  holdfast expire --foreign hold/00000007   what somebody without the key has put there"
        })
final class ExpireCommand implements Callable<Integer>, TakesSettings {

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Option(names = "--dry-run", description = "Say what would go, and why; change nothing.")
    private boolean dryRun;

    @Option(names = "--wait", description = "Wait until what is announced may be removed, and remove it.")
    private boolean wait;

    @Option(
            names = "--foreign",
            paramLabel = "OBJECT",
            description = {
                "Say that an object is not the repository's: it counts as not there, and is removed. Only what does not authenticate; a"
                        + " backup whose manifest it is, is given up. May be repeated.",
            })
    private List<String> foreign = List.of();

    @Override
    public List<Setting<?>> settings() {
        return Stream.of(Settings.OF_THE_REPOSITORY, Settings.OF_RETENTION)
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public Integer call() throws InterruptedException {
        var workspace = Workspace.of(spec);
        var places = new EachPlace(workspace, output);
        var ages = workspace.isMirrored() ? Ages.FROM_BACKUP : Ages.FROM_ARRIVAL;
        try (var repository =
                dryRun || workspace.isMirrored() ? workspace.openRepositoryForReading() : workspace.openRepository()) {
            var reports = places.run(
                    repository,
                    !dryRun,
                    (there, place) -> expire(there, place, ages),
                    spec.commandLine().getErr());
            places.print(reports, this::print);
            return EachPlace.isComplete(reports) ? 0 : ProblemKind.UNAVAILABLE.exitCode();
        }
    }

    private Result expire(Repository repository, Workspace place, Ages ages) throws InterruptedException {
        repository.writeObstacle().filter(_ -> !dryRun).ifPresent(obstacle -> {
            throw obstacle;
        });
        var disowned = ForeignObjects.of(repository, foreign());
        var fates = dryRun ? List.<Disowned>of() : disowned.remove(repository);
        fates.forEach(this::tell);
        var report = dryRun
                ? Expiry.keeper(repository, place.configuration(), ages, disowned)
                        .plan()
                : run(repository, place, ages, disowned);
        remark(report);
        return Result.of(report);
    }

    private Set<ObjectKey> foreign() {
        var keys = new TreeSet<ObjectKey>();
        for (var name : foreign) {
            if (!ObjectKey.isValid(name)) {
                throw UsageException.notAnObject(name);
            }
            keys.add(new ObjectKey(name));
        }
        return keys;
    }

    private void tell(Disowned disowned) {
        var what = switch (disowned.fate()) {
            case Fate.Removed _ -> "was removed";
            case Fate.Missing _ -> "is not there";
            case Fate.Locked(var until) ->
                "does not count in this run, and stays for a lock%s: say so again in each run until it has gone"
                        .formatted(until.map(end -> ", which ends at " + Times.of(end))
                                .orElse(", until somebody lifts it"));
        };
        spec.commandLine().getErr().println("'%s' %s".formatted(disowned.object(), what));
    }

    private RemovalReport run(Repository repository, Workspace workspace, Ages ages, ForeignObjects disowned)
            throws InterruptedException {
        var first = Expiry.keeper(repository, workspace.configuration(), ages, disowned)
                .run();
        if (!wait || first.removableAt().isEmpty()) {
            return first;
        }
        var end = first.removableAt().get();
        spec.commandLine().getErr().println("waiting until " + Times.of(end));
        for (var left = left(repository, end); left.isPositive(); left = left(repository, end)) {
            workspace.pause().pause(left.compareTo(LONGEST_PAUSE) < 0 ? left : LONGEST_PAUSE);
        }
        return Expiry.keeper(repository, workspace.configuration(), ages, disowned)
                .run();
    }

    /** By the store's clock. */
    private static Duration left(Repository repository, Instant end) {
        return Duration.between(repository.store().now(), end);
    }

    private void remark(RemovalReport report) {
        var err = spec.commandLine().getErr();
        if (report.spared() > 0) {
            err.println("%d objects that were announced are needed after all, and stay".formatted(report.spared()));
        }
        if (!report.locked().isEmpty()) {
            err.println("%d objects stay for a lock%s"
                    .formatted(
                            RemovalReport.objects(report.locked()),
                            report.lockedUntil()
                                    .map(end -> ", which ends at " + Times.of(end))
                                    .orElse(", until somebody lifts it")));
        }
        if (report.unfinished() > 0) {
            err.println("%d uploads that were begun more than two weeks ago and never ended were given up"
                    .formatted(report.unfinished()));
        }
        if (dryRun) {
            err.println("this was a dry run: nothing was changed");
        }
    }

    /**
     * What was done, or would be.
     *
     * @param locked was to go, but a lock refused it
     * @param removableAt when what is announced may be removed
     * @param sparseBytes of the packs that stay, used by no backup
     */
    record Result(
            List<Backup> backups,
            List<Tally> announced,
            List<Tally> waiting,
            List<Tally> removed,
            List<Tally> locked,
            Optional<Instant> lockedUntil,
            long unfinishedUploads,
            long spared,
            Optional<Instant> removableAt,
            long sparsePacks,
            long sparseBytes) {

        record Backup(String id, boolean stays, List<String> reasons) {}

        static Result of(RemovalReport report) {
            return new Result(
                    report.verdicts().stream()
                            .map(verdict -> new Backup(
                                    verdict.backup().text(), verdict instanceof Verdict.Keep, verdict.reasons()))
                            .toList(),
                    report.condemned(),
                    report.waiting(),
                    report.removed(),
                    report.locked(),
                    report.lockedUntil(),
                    report.unfinished(),
                    report.spared(),
                    report.removableAt(),
                    report.sparsePacks(),
                    report.deadBytes());
        }
    }

    private void print(Result result, PrintWriter out) {
        var backups = Table.of(Column.left("BACKUP"), Column.left("STAYS"), Column.left("BECAUSE"));
        for (var backup : result.backups()) {
            backups = backups.withRow(backup.id(), backup.stays() ? "yes" : "no", String.join("; ", backup.reasons()));
        }
        if (!result.backups().isEmpty()) {
            backups.print(out);
            out.println();
        }
        print(dryRun ? "WOULD BE REMOVED" : "REMOVED", result.removed(), out);
        print("STILL LOCKED", result.locked(), out);
        print("ANNOUNCED BEFORE", result.waiting(), out);
        print(dryRun ? "WOULD BE ANNOUNCED" : "ANNOUNCED", result.announced(), out);
        out.println("%s  %s".formatted(dryRun ? "would free" : "freed     ", sum(result.removed())));
        out.println("to come     %s%s"
                .formatted(
                        sum(Stream.concat(result.waiting().stream(), result.announced().stream())
                                .toList()),
                        result.removableAt()
                                .map(time -> ", by the first run after " + Times.of(time))
                                .orElse("")));
        if (result.sparsePacks() > 0) {
            out.println("unused      %s in packs that stay, %d of them less than half used"
                    .formatted(new ByteSize(Math.max(0, result.sparseBytes())), result.sparsePacks()));
        }
    }

    private static String sum(List<Tally> tallies) {
        return "%s, %d objects".formatted(new ByteSize(RemovalReport.bytes(tallies)), RemovalReport.objects(tallies));
    }

    private static void print(String title, List<Tally> tallies, PrintWriter out) {
        if (tallies.isEmpty()) {
            return;
        }
        var table = Table.of(Column.left(title), Column.right("OBJECTS"), Column.right("SIZE"), Column.left("BECAUSE"));
        for (var tally : tallies) {
            table = table.withRow(tally.of(), tally.objects(), new ByteSize(tally.bytes()), tally.reason());
        }
        table.print(out);
        out.println();
    }
}
