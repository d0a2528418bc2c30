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
import io.holdfast.postgres.archive.WalRange;
import io.holdfast.postgres.backup.BackupRequest;
import io.holdfast.postgres.retention.MissingWal;
import io.holdfast.postgres.retention.NeededLocks;
import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.Repository;
import io.holdfast.repository.copy.Repair;
import io.holdfast.repository.lock.LockShortfall;
import io.holdfast.repository.store.Capability;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.verification.Damage;
import io.holdfast.repository.verification.KnownObjects;
import io.holdfast.repository.verification.Verification;
import io.holdfast.repository.verification.VerificationReport;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast verify}: whether what the repository holds is what was written, or whether one backup can be restored. */
@Command(
        name = "verify",
        sortOptions = false,
        customSynopsis = {
            "holdfast verify [OPTIONS] [--all] [--again PERCENT] [--locks]",
            "holdfast verify [OPTIONS] BACKUP|latest [--latest] [--query SQL [--expect VALUE] [--in DATABASE]]..."
        },
        description = {
            "Without BACKUP: read what the repository holds, and authenticate it: each object once, and a part of those that are known to be"
                    + " sound again in each run, those first that were read longest ago. An object never changes, so what was proven stays"
                    + " proven but for the bits of a disk. Damaged and missing objects are listed with the backups and the WAL that they"
                    + " cost. What was read is remembered in the state directory, at least every minute. Only reads in the repository; needs"
                    + " no server.",
            "With BACKUP: prove that it can be restored. It is restored into a sandbox, and started there as a clone that can harm nobody: no"
                    + " TCP, no archiving, no subscriptions, no jobs. Then: recovery ended where it should; every database takes connections;"
                    + " amcheck passes every B-tree index and every table; the given queries give what they should; after a clean shutdown the"
                    + " checksum of every page holds. The sandbox is removed in any case, also what a killed run has left. The proof is stored"
                    + " in the repository for good, with the measured times; 'holdfast info' and 'holdfast status' show it.",
            "The verdict is good when all that was asked was checked and is right, bad when something is proven to be wrong, and else"
                    + " undetermined: no space, no programs, no amcheck, a cluster without checksums, another collation library."
        },
        footer = {
            "",
            "Exit codes without BACKUP: 6: something is damaged or missing, or a backup cannot be restored. 1: a lock ends too early.",
            "Exit codes with BACKUP: 0: good. 6: bad, or, with 'latest', the manifest of a newer backup is damaged. 8: undetermined. 1: good, but"
                    + " the proof could not be stored.",
            "",
            "Examples:",
            "  holdfast verify                     daily: what is new, and a fiftieth of the rest",
            "  holdfast verify --locks             and whether nothing can be removed that a locked backup needs",
            "  holdfast verify --all               everything",
            "  holdfast verify latest              weekly: restore the newest backup and look at it",
            "  holdfast verify latest --latest --query \"SELECT max(placed) > now() - interval '1 hour' FROM orders\" --in shop --expect t",
            "  holdfast verify 20260115-020000F --into /srv/scratch --without pages"
        })
final class VerifyCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Mixin
    @SuppressWarnings("unused") // the workspace asks for it
    private RecoverySheetOption recoverySheet;

    @Parameters(
            arity = "0..1",
            paramLabel = "BACKUP",
            description = "The backup to restore and look at, as 'holdfast info' names it, or 'latest' for the newest.")
    private @Nullable String backup;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description = "Objects or files that are read at once (default: as for a backup).")
    private int jobs;

    @ArgGroup(exclusive = false, validate = false, heading = "%nWithout BACKUP:%n")
    private RepositoryOptions objects = new RepositoryOptions();

    @ArgGroup(exclusive = false, validate = false, heading = "%nWith BACKUP:%n")
    private BackupVerificationOptions proving = new BackupVerificationOptions();

    /** Options that only mean something without a backup. */
    static final class RepositoryOptions {

        @Option(names = "--all", description = "Read everything, whatever is known.")
        private boolean all;

        @Option(
                names = "--again",
                paramLabel = "PERCENT",
                description = "How much of what is known to be sound is read again (default: 2).")
        private double again = 2;

        @Option(
                names = "--locks",
                description =
                        "Also ask for the lock of each object that a locked backup needs, and name those that end too early.")
        private boolean locks;

        @Option(
                names = "--repair",
                description =
                        "Remove what is damaged in one place of the repository (repository.mirrors) and is sound in another, and copy it from"
                                + " there. Needs the right to remove. What is missing is brought by 'holdfast mirror heal'.")
        private boolean repair;
    }

    @Override
    public List<Setting<?>> settings() {
        return Stream.of(Settings.OF_EVIDENCE, List.<Setting<?>>of(Settings.BIN_DIRECTORY))
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public Integer call() throws InterruptedException {
        if (objects.again < 0 || objects.again > 100 || jobs < 0 || jobs > 256) {
            throw UsageException.verification();
        }
        requireNoneOf(backup == null ? BackupVerificationOptions.class : RepositoryOptions.class);
        return backup == null ? verifyObjects() : new BackupProving(spec, output, proving, jobs).run(backup);
    }

    /** Options of the other kind would be ignored without a word. */
    private void requireNoneOf(Class<?> others) {
        spec.argGroups().stream()
                .filter(group -> group.typeInfo().getType().equals(others))
                .flatMap(group -> group.allOptionsNested().stream())
                .filter(option -> spec.commandLine().getParseResult().hasMatchedOption(option))
                .findFirst()
                .ifPresent(option -> {
                    throw UsageException.ofOtherVerification(option.longestName());
                });
    }

    private int verifyObjects() throws InterruptedException {
        var workspace = Workspace.of(spec);
        if (objects.repair && !workspace.isMirrored()) {
            throw UsageException.noMirrors();
        }
        var places = new EachPlace(workspace, output);
        try (var repository = workspace.openRepositoryForReading()) {
            var results = places.run(
                    repository,
                    false,
                    (there, place) -> verifyObjects(there, place, repository),
                    spec.commandLine().getErr());
            places.print(results, VerifyCommand::print);
            if (objects.repair) {
                repair(repository, workspace.places(), results);
            }
            int worst = results.stream()
                    .flatMap(outcome -> outcome.result().stream())
                    .mapToInt(Result::exitCode)
                    .max()
                    .orElse(0);
            return worst == 0 && !EachPlace.isComplete(results) ? ProblemKind.UNAVAILABLE.exitCode() : worst;
        }
    }

    private void repair(Repository opened, List<Workspace> places, List<EachPlace.Outcome<Result>> results) {
        for (int number = 0; number < places.size(); number++) {
            var others = new ArrayList<>(places);
            var place = others.remove(number);
            var damaged = results.get(number).result().map(Result::damaged).orElse(List.of());
            for (var object : damaged) {
                say(repair(opened, place, others, new ObjectKey(object.object())));
            }
        }
    }

    private void say(String line) {
        spec.commandLine().getErr().println(line);
    }

    /** What came of it, in words. */
    private static String repair(Repository opened, Workspace place, List<Workspace> others, ObjectKey key) {
        var location = place.configuration().get(Settings.REPOSITORY_PATH);
        try (var damaged = place.openAsPlaceOf(opened, true)) {
            for (var other : others) {
                if (isRepaired(opened, damaged, other, key)) {
                    return "'%s' in %s was repaired from %s"
                            .formatted(key, location, other.configuration().get(Settings.REPOSITORY_PATH));
                }
            }
            return "'%s' in %s is sound in no other place".formatted(key, location);
        } catch (HoldfastException e) {
            return "ERROR: '%s' in %s was not repaired: %s%nHINT: %s"
                    .formatted(key, location, e.getMessage(), e.hint());
        }
    }

    /** One that does not answer has no sound one. */
    private static boolean isRepaired(Repository opened, Repository damaged, Workspace other, ObjectKey key) {
        Repository sound;
        try {
            sound = other.openAsPlaceOf(opened, false);
        } catch (HoldfastException _) {
            return false;
        }
        try (sound) {
            return Repair.repair(damaged, sound, key);
        }
    }

    /** @param opened what all places hold together */
    private Result verifyObjects(Repository repository, Workspace place, Repository opened)
            throws InterruptedException {
        var request = new Verification.Request(
                objects.all, objects.again / 100, jobs == 0 ? BackupRequest.defaultJobs() : jobs);
        var known = KnownObjects.read(place.disk(), place.folderOfVerified(), repository.id());
        var progress = new VerificationLines(spec.commandLine().getErr(), place.clock());
        var report = new Verification(repository, known, request, progress, place.clock()).run();
        var left = leftOf(repository, report);
        var locks = objects.locks ? Optional.of(NeededLocks.of(left)) : Optional.<NeededLocks>empty();
        var inventory = Inventory.read(left);
        var meanwhile = foundMeanwhile(repository, report);
        var damages = Stream.concat(report.damages().stream(), meanwhile.stream())
                .sorted(Comparator.comparing(damage -> damage.object().text()))
                .toList();
        var unusable = Stream.concat(
                        report.unusable().stream(), meanwhile.stream().map(Damage::object))
                .collect(Collectors.toSet());
        var window = place.configuration().get(Settings.RETENTION_WAL);
        var lostWal = lostWal(repository.without(unusable), unusable, window, opened);
        return Result.of(report, damages, locks, lostWal, inventory);
    }

    /** What was sound when it was read last, and is not any more: something else looked at it. */
    private static List<Damage> foundMeanwhile(Repository repository, VerificationReport report) {
        var known = report.damages().stream().map(Damage::object).collect(Collectors.toSet());
        return repository.unreadable().all().stream()
                .filter(found -> !known.contains(found.object()))
                .map(found -> Damage.whole(found.object(), found.why()))
                .toList();
    }

    /** The repository without what is damaged, and without the backups that this costs. */
    private static Repository leftOf(Repository repository, VerificationReport report) {
        return repository.without(Stream.concat(
                        report.unusable().stream(),
                        report.lost().stream().map(lost -> lost.backup().manifestKey()))
                .collect(Collectors.toSet()));
    }

    private static List<Result.LostStretch> lostWal(
            Repository left, Set<ObjectKey> unusable, Duration window, Repository opened) {
        return Generation.all(left).stream()
                .flatMap(generation -> lostWal(left, generation, unusable, window, opened)
                        .map(range -> new Result.LostStretch(
                                generation.number(),
                                range.timeline().toString(),
                                range.start().toString(),
                                range.end().toString(),
                                range.bytes())))
                .toList();
    }

    /** With what is damaged, or missing: the same stretch may be both. What another place has is not lost: it is still to be brought. */
    private static Stream<WalRange> lostWal(
            Repository left, Generation generation, Set<ObjectKey> unusable, Duration window, Repository opened) {
        var damaged = LostWal.of(left, generation, unusable);
        var begin = left.store().now().minus(window);
        var missing = missing(left, generation, begin);
        var everywhere = missing.isEmpty() ? missing : missing(opened.without(unusable), generation, begin);
        return Stream.concat(
                damaged.stream(),
                missing.stream()
                        .filter(hole -> everywhere.stream().anyMatch(hole::overlaps)
                                && damaged.stream().noneMatch(hole::overlaps)));
    }

    private static List<WalRange> missing(Repository repository, Generation generation, Instant begin) {
        return repository.store().capabilities().contains(Capability.CONSISTENT_LISTING)
                ? MissingWal.of(repository, generation, begin)
                : List.of();
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
                List<Damage> damages,
                Optional<NeededLocks> locks,
                List<LostStretch> lostWal,
                Inventory inventory) {
            return new Result(
                    report.objects(),
                    report.bytes(),
                    report.read(),
                    report.readBytes(),
                    report.readAgain(),
                    damages.stream().map(Damaged::of).toList(),
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

        boolean isSound() {
            return damaged.isEmpty() && lostBackups.isEmpty() && lostWal.isEmpty();
        }

        int exitCode() {
            if (!isSound()) {
                return ProblemKind.DAMAGED.exitCode();
            }
            return shortLocks.isEmpty() ? 0 : 1;
        }
    }

    private static void print(Result result, PrintWriter out) {
        out.println("objects    %d, %s".formatted(result.objects(), new ByteSize(result.bytes())));
        out.println("read now   %d, %s; %d of them were known to be sound"
                .formatted(result.read(), new ByteSize(result.readBytes()), result.readAgain()));
        if (result.isSound()) {
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
