package io.holdfast.cli;

import io.holdfast.cli.Table.Column;
import io.holdfast.cli.configuration.ByteSize;
import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.cli.inventory.Inventory;
import io.holdfast.cli.inventory.WindowEntry;
import io.holdfast.cli.progress.VerificationLines;
import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.LostWal;
import io.holdfast.postgres.backup.BackupRequest;
import io.holdfast.postgres.retention.NeededLocks;
import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.Repository;
import io.holdfast.repository.lock.LockShortfall;
import io.holdfast.repository.verification.Damage;
import io.holdfast.repository.verification.KnownObjects;
import io.holdfast.repository.verification.Verification;
import io.holdfast.repository.verification.VerificationReport;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast verify}: whether what the repository holds is what was written. */
@Command(
        name = "verify",
        description = {
            "Read what the repository holds, and authenticate it: each object once, and a part of those that are known to be sound again in"
                    + " each run, those first that were read longest ago. An object never changes, so what was proven stays proven but for"
                    + " the bits of a disk.",
            "Damaged and missing objects are listed with the backups and the WAL that they cost. What was read is remembered in the state"
                    + " directory, at least every minute. Only reads in the repository; needs no server."
        },
        footer = {
            "",
            "Exit code 6: something is damaged or missing, or a backup cannot be restored. Exit code 1: a lock ends too early.",
            "",
            "Examples:",
            "  holdfast verify                     daily: what is new, and a fiftieth of the rest",
            "  holdfast verify --locks             and whether nothing can be removed that a locked backup needs",
            "  holdfast verify --all               everything",
            "  holdfast verify --again 10          a tenth of what is known again"
        })
final class VerifyCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Mixin
    @SuppressWarnings("unused") // the workspace asks for it
    private RecoverySheetOption recoverySheet;

    @Option(names = "--all", description = "Read everything, whatever is known.")
    private boolean all;

    @Option(
            names = "--again",
            paramLabel = "PERCENT",
            defaultValue = "2",
            description = "How much of what is known to be sound is read again (default: ${DEFAULT-VALUE}).")
    private double again;

    @Option(
            names = "--locks",
            description =
                    "Also ask for the lock of each object that a locked backup needs, and name those that end too early.")
    private boolean locks;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description = "Objects that are read at once (default: as for a backup).")
    private int jobs;

    @Override
    public List<Setting<?>> settings() {
        return Stream.of(Settings.OF_THE_REPOSITORY, List.<Setting<?>>of(Settings.STATE_DIRECTORY))
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public Integer call() throws InterruptedException {
        if (again < 0 || again > 100 || jobs < 0 || jobs > 256) {
            throw UsageException.verification();
        }
        var workspace = Workspace.of(spec);
        try (var repository = workspace.openRepositoryForReading()) {
            var request = new Verification.Request(all, again / 100, jobs == 0 ? BackupRequest.defaultJobs() : jobs);
            var known =
                    KnownObjects.read(workspace.disk(), workspace.stateFolder().resolve("verified"), repository.id());
            var progress = new VerificationLines(spec.commandLine().getErr(), workspace.clock());
            var report = new Verification(repository, known, request, progress, workspace.clock()).run();
            var left = leftOf(repository, report);
            var result = Result.of(
                    report,
                    locks ? Optional.of(NeededLocks.of(left)) : Optional.empty(),
                    lostWal(repository.without(report.unusable()), report),
                    Inventory.read(left));
            output.printText(out -> print(result, out), () -> result);
            return result.exitCode();
        }
    }

    /** The repository without what is damaged, and without the backups that this costs. */
    private static Repository leftOf(Repository repository, VerificationReport report) {
        return repository.without(Stream.concat(
                        report.unusable().stream(),
                        report.lost().stream().map(lost -> lost.backup().manifestKey()))
                .collect(Collectors.toSet()));
    }

    private static List<Result.LostStretch> lostWal(Repository left, VerificationReport report) {
        return Generation.all(left).stream()
                .flatMap(generation -> LostWal.of(left, generation, report.unusable()).stream()
                        .map(range -> new Result.LostStretch(
                                generation.number(),
                                range.timeline().toString(),
                                range.start().toString(),
                                range.end().toString(),
                                range.bytes())))
                .toList();
    }

    /**
     * What was found.
     *
     * @param read objects that were read now; {@code readAgain} of them were known to be sound
     * @param lostBackups that cannot be restored, for what is damaged or for WAL that is missing
     * @param lockedBackups absent if locks were not asked for
     * @param shortLocks what ends before one of them needs it
     * @param windows what can be recovered in spite of all damage
     * @param remarks what stands in the way of more
     */
    record Result(
            long objects,
            long bytes,
            long read,
            long readBytes,
            long readAgain,
            List<Damaged> damaged,
            List<LostBackup> lostBackups,
            List<LostStretch> lostWal,
            Optional<Integer> lockedBackups,
            List<ShortLock> shortLocks,
            List<WindowEntry> windows,
            List<String> remarks) {

        record ShortLock(String object, String backup, Optional<Instant> lockedUntil, Instant neededUntil) {
            static ShortLock of(LockShortfall shortfall) {
                return new ShortLock(
                        shortfall.key().text(),
                        shortfall.backup().text(),
                        shortfall.lockedUntil(),
                        shortfall.neededUntil());
            }
        }

        record Damaged(String object, String what) {
            static Damaged of(Damage damage) {
                return new Damaged(damage.object().text(), damage.what());
            }
        }

        record LostBackup(String id, String reason) {}

        record LostStretch(int generation, String timeline, String fromLsn, String toLsn, long bytes) {}

        static Result of(
                VerificationReport report,
                Optional<NeededLocks> locks,
                List<LostStretch> lostWal,
                Inventory inventory) {
            return new Result(
                    report.objects(),
                    report.bytes(),
                    report.read(),
                    report.readBytes(),
                    report.readAgain(),
                    report.damages().stream().map(Damaged::of).toList(),
                    Stream.concat(
                                    report.lost().stream()
                                            .map(lost ->
                                                    new LostBackup(lost.backup().text(), lost.reason())),
                                    inventory.unusable().stream()
                                            .map(backup -> new LostBackup(backup.id(), backup.reason())))
                            .toList(),
                    lostWal,
                    locks.map(NeededLocks::lockedBackups),
                    locks.stream()
                            .flatMap(found -> found.shortfalls().stream())
                            .map(ShortLock::of)
                            .toList(),
                    inventory.windows(),
                    inventory.remarks());
        }

        int exitCode() {
            if (!damaged.isEmpty() || !lostBackups.isEmpty()) {
                return ProblemKind.DAMAGED.exitCode();
            }
            return shortLocks.isEmpty() ? 0 : 1;
        }
    }

    private static void print(Result result, PrintWriter out) {
        out.println("objects    %d, %s".formatted(result.objects(), new ByteSize(result.bytes())));
        out.println("read now   %d, %s; %d of them were known to be sound"
                .formatted(result.read(), new ByteSize(result.readBytes()), result.readAgain()));
        if (result.damaged().isEmpty() && result.lostBackups().isEmpty()) {
            out.println("damaged    none");
        } else {
            printDamage(result, out);
        }
        result.lockedBackups().ifPresent(count -> printLocks(count, result.shortLocks(), out));
        result.remarks().forEach(out::println);
    }

    private static void printLocks(int lockedBackups, List<Result.ShortLock> found, PrintWriter out) {
        if (lockedBackups == 0) {
            out.println("locks      no backup is locked, as far as the store tells this identity");
            return;
        }
        if (found.isEmpty()) {
            out.println("locks      %d backups are locked, and nothing that they need is locked for less"
                    .formatted(lockedBackups));
            return;
        }
        out.println();
        var table = Table.of(
                Column.left("LOCK TOO SHORT"), Column.left("UNTIL"), Column.left("NEEDED UNTIL"), Column.left("BY"));
        for (var one : found) {
            table = table.withRow(
                    one.object(),
                    one.lockedUntil().map(Times::of).orElse("not locked"),
                    Times.of(one.neededUntil()),
                    "backup " + one.backup());
        }
        table.print(out);
        out.println();
    }

    private static void printDamage(Result result, PrintWriter out) {
        out.println();
        var damaged = Table.of(Column.left("DAMAGED OBJECT"), Column.left("WHAT"));
        for (var one : result.damaged()) {
            damaged = damaged.withRow(one.object(), one.what());
        }
        if (!damaged.rows().isEmpty()) {
            damaged.print(out);
            out.println();
        }
        var lost = Table.of(Column.left("LOST"), Column.left("BECAUSE"));
        for (var backup : result.lostBackups()) {
            lost = lost.withRow("backup " + backup.id(), backup.reason());
        }
        for (var stretch : result.lostWal()) {
            lost = lost.withRow(
                    "WAL from %s to %s on timeline %s"
                            .formatted(stretch.fromLsn(), stretch.toLsn(), stretch.timeline()),
                    "no other object holds it: no recovery passes it");
        }
        if (lost.rows().isEmpty()) {
            out.println("nothing is lost with them: no backup needs them, or others hold the same");
        } else {
            lost.print(out);
        }
        if (!result.windows().isEmpty()) {
            out.println();
            out.println("what can still be recovered:");
            InfoCommand.windows(result.windows()).print(out);
        }
        out.println();
    }
}
