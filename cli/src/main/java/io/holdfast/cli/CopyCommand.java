package io.holdfast.cli;

import io.holdfast.cli.Table.Column;
import io.holdfast.cli.configuration.ByteSize;
import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.cli.configuration.TimeSpan;
import io.holdfast.cli.progress.CopyLines;
import io.holdfast.postgres.backup.BackupRequest;
import io.holdfast.postgres.copy.RepositoryCopy;
import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.Repository;
import io.holdfast.repository.copy.BackupCopy;
import io.holdfast.repository.copy.CopyProgress;
import io.holdfast.repository.copy.CopyTarget;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.ObjectStore;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast copy}: backups with all that they need, in another place. */
@Command(
        name = "copy",
        sortOptions = false,
        customSynopsis = {
            "holdfast copy [OPTIONS] BACKUP... --to LOCATION [--wal]",
            "holdfast copy [OPTIONS] --all --to LOCATION [--every TIME]"
        },
        description = {
            "Copy backups to another place: another region's bucket, another host's folder, a disk that is taken away. What is there then is a"
                    + " repository of the same name that the same keys open, from which the copied backups can be restored without this one.",
            "Objects are copied as they are, and only what authenticates; what is there already is not copied again, so a copy that was"
                    + " interrupted goes on, and one of every day costs what is new. At the end the copy is asked whether each backup can be"
                    + " restored from it.",
            "With BACKUP: that backup and the WAL that makes it consistent; with --wal also all WAL behind it, by which any later moment can"
                    + " be recovered. With --all: every backup that can be restored, all WAL, the published plans and the evidence. Proofs and"
                    + " holds are not copied: they speak of this place.",
            "Nothing is removed there: let 'holdfast expire --repository LOCATION' do it, with a policy that keeps no less than here. Retired"
                    + " keys go on opening the copy until their wraps are removed there, too."
        },
        footer = {
            "",
            "Examples:",
            "  holdfast copy latest --to /mnt/usb/shop",
            "  holdfast copy latest --wal --to s3://dr-backups/shop --to-config /etc/holdfast/dr.yaml",
            "  holdfast copy --all --to /srv/mirror/shop --every 1m     until it is stopped",
            "  holdfast restore --repository /mnt/usb/shop --key-file ~/shop.key ..."
        })
final class CopyCommand implements Callable<Integer>, TakesSettings {

    private static final String NEWEST = "latest";

    /** For the object at hand; then the hold ends by itself. */
    private static final long PATIENCE_SECONDS = 30;

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Mixin
    @SuppressWarnings("unused") // the workspace asks for it
    private RecoverySheetOption recoverySheet;

    @Parameters(
            arity = "0..*",
            paramLabel = "BACKUP",
            description = "The backups to copy, as 'holdfast info' names them, or 'latest' for the newest.")
    private List<String> backups = List.of();

    @Option(names = "--all", description = "Copy everything that a recovery may need.")
    private boolean all;

    @Option(
            names = "--to",
            paramLabel = "LOCATION",
            description = "Where to copy to: a folder, which is made, or s3://BUCKET/PREFIX.")
    private @Nullable String to;

    @Option(
            names = "--to-config",
            paramLabel = "FILE",
            description =
                    "Configuration file of that place: its s3.* settings count, and repository.path if --to is not given. Without it, the"
                            + " s3.* settings of here count there, too.")
    private @Nullable Path toConfiguration;

    @Option(names = "--wal", description = "Copy all WAL from the start of the first BACKUP on.")
    private boolean wal;

    @Option(
            names = "--every",
            paramLabel = "TIME",
            description =
                    "Go on copying what is new, so often, until stopped. What goes wrong is said, and tried again.")
    private @Nullable String every;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description = "Objects that are copied at once (default: as for a backup).")
    private int jobs;

    @Option(names = "--dry-run", description = "Say what would be copied; change nothing.")
    private boolean dryRun;

    /** What is under way. */
    private record Running(RepositoryCopy copy, CountDownLatch ended) {}

    private final AtomicReference<@Nullable Running> running = new AtomicReference<>();

    @Override
    public List<Setting<?>> settings() {
        return Settings.OF_THE_REPOSITORY;
    }

    @Override
    public Integer call() throws InterruptedException {
        var pause = Optional.ofNullable(every)
                .map(text -> TimeSpan.of(text).orElseThrow(() -> UsageException.notADuration(text)));
        if (all != backups.isEmpty()
                || (to == null && toConfiguration == null)
                || (all && wal)
                || (pause.isPresent() && (!all || dryRun))
                || jobs < 0
                || jobs > 256) {
            throw UsageException.whatToCopy();
        }
        for (var name : backups) {
            if (!name.equals(NEWEST) && !BackupId.isValid(name)) {
                throw UsageException.notABackup(name);
            }
        }
        var workspace = Workspace.of(spec);
        try (var source = dryRun ? workspace.openRepositoryForReading() : workspace.openRepositoryToCopy()) {
            var place = workspace.elsewhere(Optional.ofNullable(to), Optional.ofNullable(toConfiguration));
            RepositoryCopy.requireThere(source, selection(source, Set.of()));
            if (dryRun) {
                return plan(source, place);
            }
            try (var store = place.stores().create(place.configuration());
                    var target = CopyTarget.open(source, store, progress(workspace))) {
                endedProperly();
                return pause.isPresent()
                        ? follow(workspace, source, target, pause.get())
                        : once(workspace, source, target);
            }
        }
    }

    /** A copy that dies leaves holds behind, for a day. */
    private void endedProperly() {
        ShutDown.closing(() -> {
            var now = running.get();
            if (now != null) {
                now.copy.cancel();
                var _ = now.ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        });
    }

    private int plan(Repository source, Workspace place) {
        var store = place.stores().openExisting(place.configuration());
        try {
            store.ifPresent(opened -> CopyTarget.requireOther(source, opened));
            var plan = RepositoryCopy.plan(source, store, selection(source, Set.of()));
            var result =
                    new Planned(plan.backups().stream().map(BackupId::text).toList(), plan.objects(), plan.bytes());
            output.printText(
                    out -> out.println("would copy %s: %d objects, %s"
                            .formatted(
                                    result.backups().isEmpty() ? "no backup" : String.join(", ", result.backups()),
                                    result.objects(),
                                    new ByteSize(result.bytes()))),
                    () -> result);
        } finally {
            store.ifPresent(ObjectStore::close);
        }
        return 0;
    }

    /** What would be copied. */
    record Planned(List<String> backups, long objects, long bytes) {}

    private int once(Workspace workspace, Repository source, Repository target) {
        var report = copy(source, target, Set.of(), progress(workspace));
        report.unusable().forEach(this::tell);
        var result = Result.of(report, target.store().location());
        output.printText(out -> print(result, out), () -> result);
        return result.unusable().isEmpty() ? 0 : 1;
    }

    private RepositoryCopy.Report copy(
            Repository source, Repository target, Set<BackupId> known, CopyProgress progress) {
        var settings = new BackupCopy.Settings(HoldCommand.author(), jobs == 0 ? BackupRequest.defaultJobs() : jobs);
        var copy = new RepositoryCopy(source, target, selection(source, known), settings, progress);
        var ended = new CountDownLatch(1);
        running.set(new Running(copy, ended));
        try {
            return copy.run();
        } finally {
            running.set(null);
            ended.countDown();
        }
    }

    private CopyLines progress(Workspace workspace) {
        return new CopyLines(spec.commandLine().getErr(), workspace.clock());
    }

    private RepositoryCopy.Selection selection(Repository source, Set<BackupId> known) {
        return new RepositoryCopy.Selection(chosen(source), wal, known);
    }

    /** Nobody waits for it: a store that does not answer for a while is copied to later. */
    private int follow(Workspace workspace, Repository source, Repository target, Duration pause)
            throws InterruptedException {
        var err = spec.commandLine().getErr();
        var known = new HashSet<BackupId>();
        var told = new HashSet<BackupId>();
        var progress = progress(workspace);
        while (true) {
            try {
                CopyTarget.renew(source, target, progress);
                var report = copy(source, target, known, progress);
                report.backups().forEach(backup -> known.add(backup.backup()));
                for (var left : report.unusable()) {
                    if (told.add(left.backup())) {
                        tell(left);
                    }
                    if (!left.changes()) {
                        known.add(left.backup());
                    }
                }
                if (report.isNews()) {
                    err.println("%s: %s".formatted(Times.of(workspace.clock().instant()), summary(report)));
                }
            } catch (HoldfastException e) {
                err.println("ERROR: %s%nHINT: %s".formatted(e.getMessage(), e.hint()));
            }
            err.flush();
            workspace.pause().pause(pause);
        }
    }

    private void tell(RepositoryCopy.Unusable left) {
        spec.commandLine()
                .getErr()
                .println("WARNING: backup %s is left out: %s%nHINT: %s"
                        .formatted(
                                left.backup(),
                                left.why().getMessage(),
                                left.why().hint()));
    }

    private static String summary(RepositoryCopy.Report report) {
        return "copied %d backups and %s of WAL in %d objects"
                .formatted(
                        report.backups().stream()
                                .filter(backup -> !backup.wasThere())
                                .count(),
                        new ByteSize(report.walBytes()),
                        report.walObjects());
    }

    private List<BackupId> chosen(Repository source) {
        return backups.stream()
                .map(name -> name.equals(NEWEST) ? newest(source) : new BackupId(name))
                .toList();
    }

    private static BackupId newest(Repository source) {
        return source.manifests().newest().map(Manifest::id).orElseThrow(UsageException::noBackupToCopy);
    }

    /**
     * What was done.
     *
     * @param unusable backups that were left out
     * @param walObjects and {@code walBytes} beside those that backups need
     * @param records plans and evidence
     */
    record Result(
            String location,
            List<Copied> backups,
            List<LeftOut> unusable,
            long walObjects,
            long walBytes,
            long records) {

        record Copied(String id, boolean wasThere, long objects, long bytes, long sharedObjects) {}

        record LeftOut(String id, String reason) {}

        static Result of(RepositoryCopy.Report report, String location) {
            return new Result(
                    location,
                    report.backups().stream()
                            .map(backup -> new Copied(
                                    backup.backup().text(),
                                    backup.wasThere(),
                                    backup.objects(),
                                    backup.bytes(),
                                    backup.present()))
                            .toList(),
                    report.unusable().stream()
                            .map(backup -> new LeftOut(
                                    backup.backup().text(),
                                    String.valueOf(backup.why().getMessage())))
                            .toList(),
                    report.walObjects(),
                    report.walBytes(),
                    report.records());
        }
    }

    private void print(Result result, PrintWriter out) {
        var table = Table.of(
                Column.left("BACKUP"),
                Column.left("COPY"),
                Column.right("OBJECTS"),
                Column.right("COPIED"),
                Column.right("WERE THERE"));
        for (var backup : result.backups()) {
            table = table.withRow(
                    backup.id(),
                    backup.wasThere() ? "was there" : "made",
                    backup.objects(),
                    new ByteSize(backup.bytes()),
                    backup.sharedObjects());
        }
        for (var backup : result.unusable()) {
            table = table.withRow(backup.id(), "left out: " + backup.reason(), "", "", "");
        }
        table.print(out);
        out.println();
        if (all || wal) {
            out.println("WAL beside  %s, %d objects".formatted(new ByteSize(result.walBytes()), result.walObjects()));
        }
        if (all) {
            out.println("records     %d".formatted(result.records()));
        }
        out.println("in          %s%s".formatted(result.location(), verdict(result)));
    }

    private static String verdict(Result result) {
        if (result.backups().isEmpty()) {
            return "";
        }
        return result.unusable().isEmpty()
                ? ", where each of these backups can be restored"
                : ", where each of these backups can be restored that is not left out";
    }
}
