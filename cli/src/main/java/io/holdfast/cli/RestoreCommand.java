package io.holdfast.cli;

import io.holdfast.cli.configuration.ByteSize;
import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.cli.progress.RestoreLines;
import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.protect.RestoreRates;
import io.holdfast.postgres.restore.InertSettings;
import io.holdfast.postgres.restore.RecoveringUser;
import io.holdfast.postgres.restore.RecoveryEnd;
import io.holdfast.postgres.restore.Restore;
import io.holdfast.postgres.restore.RestorePlan;
import io.holdfast.postgres.restore.RestoreRequest;
import io.holdfast.postgres.restore.RestoreResult;
import io.holdfast.postgres.restore.ServerStart;
import io.holdfast.postgres.restore.TablespaceChoice;
import io.holdfast.postgres.restore.TargetAction;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.Repository;
import io.holdfast.repository.pack.BackupId;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast restore}. */
@Command(
        name = "restore",
        description = {
            "Restore the cluster into a directory, ready to recover to a chosen point.",
            "What cannot be reached is refused before anything is touched. The server then fetches its WAL through a"
                    + " restore_command of its own; 'holdfast' is not needed while it recovers, the repository and its"
                    + " key are.",
            "With --delta an existing data directory of the same cluster is changed as little as possible; WAL that only"
                    + " it or the spool holds is stored first."
        },
        footer = {
            "",
            "Examples:",
            "  holdfast restore --latest --into /var/lib/postgresql/18/main --start",
            "  holdfast restore --to '2026-01-15 02:00:00+00' --into /srv/look --inert",
            "  holdfast restore --latest --into /var/lib/postgresql/18/main --recovery-sheet sheet.txt",
            "  holdfast restore --to-xid 7713 --exclusive --into /var/lib/postgresql/18/main --delta --dry-run"
        })
final class RestoreCommand implements Callable<Integer>, TakesSettings {

    /** Done, but what was found is bad: see docs/exit-codes.md. */
    private static final int OTHER_END = 1;

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Mixin
    @SuppressWarnings("unused") // the workspace asks for it
    private RecoverySheetOption recoverySheet;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private RestoreTarget target = new RestoreTarget();

    @Option(names = "--exclusive", description = "Stop just before the target instead of just after it.")
    private boolean exclusive;

    @Option(
            names = "--into",
            required = true,
            paramLabel = "DIR",
            description = "Becomes the data directory: empty, absent, or with --delta an old one.")
    private Path into = Path.of("");

    @Option(names = "--timeline", paramLabel = "N", description = "The branch of the history, where there are several.")
    private @Nullable Integer timeline;

    @Option(
            names = "--generation",
            paramLabel = "N",
            description = "Restore the cluster as it was before an upgrade (default: the newest generation).")
    private @Nullable Integer generation;

    @Option(
            names = "--backup",
            paramLabel = "BACKUP",
            description = "Begin with this backup (default: the newest that will do).")
    private @Nullable String backup;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description = "Copiers at once (default: one for each processor; the machine waits for it).")
    private @Nullable Integer jobs;

    @Option(
            names = "--delta",
            description = "Change an existing data directory of this cluster; fetch only what differs.")
    private boolean delta;

    @Option(
            names = "--tablespaces",
            paramLabel = "original",
            description = "'original': put tablespaces where they were. Without it they go beneath DIR.")
    private @Nullable String tablespaces;

    @Option(
            names = "--tablespace-map",
            paramLabel = "OID|NAME=DIR",
            description = "Put a tablespace there. May be repeated.")
    private Map<String, Path> tablespaceMap = Map.of();

    @Option(
            names = "--target-action",
            paramLabel = "ACTION",
            description = "At the target: ${COMPLETION-CANDIDATES} (default: promote with --start, else pause).")
    private @Nullable TargetAction action;

    @Option(
            names = "--start",
            description = "Start the server, and wait until it has recovered and, when promoted, takes writes.")
    private boolean start;

    @Option(
            names = "--inert",
            description =
                    "A clone that can harm nobody: no archiving, no subscriptions, no jobs, no way in but a socket.")
    private boolean inert;

    @Option(
            names = "--abandon-wal-tail",
            description = "Give up WAL that only the existing directory holds and that cannot be stored.")
    private boolean abandonWalTail;

    @Option(names = "--dry-run", description = "Say what would be restored, and touch nothing.")
    private boolean dryRun;

    @Override
    public List<Setting<?>> settings() {
        return Stream.of(
                        Settings.OF_THE_REPOSITORY,
                        List.<Setting<?>>of(Settings.BIN_DIRECTORY, Settings.STATE_DIRECTORY))
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public Integer call() {
        var workspace = Workspace.of(spec);
        try (var repository = dryRun ? workspace.openRepositoryForReading() : workspace.openRepositoryToRestore()) {
            var progress = new RestoreLines(
                    spec.commandLine().getErr(),
                    workspace.clock(),
                    workspace.configuration().get(Settings.RETENTION_BACKUPS),
                    workspace.configuration().get(Settings.RETENTION_WAL));
            var restore = new Restore(
                    repository, request(workspace, repository), progress, workspace.clock(), workspace.pause());
            if (dryRun) {
                var plan = Plan.of(restore.plan());
                output.printText(out -> print(plan, out), () -> plan);
                spec.commandLine().getErr().println("this was a dry run: nothing was touched");
            } else {
                var done = restore.run();
                RestoreRates.remember(
                        workspace.stateFolder(), done, workspace.clock().instant());
                var result = Result.of(into.toAbsolutePath(), done);
                if (done.recoveryTime().isEmpty()) {
                    warnOfWhatTheServerCannotRead(workspace);
                }
                output.printText(out -> print(result, out), () -> result);
                return done.end().filter(end -> !end.isAsPlanned()).isPresent() ? reportOtherEnd(result) : 0;
            }
        }
        return 0;
    }

    /** Root reads everything; the server that recovers is another's, and would stop at the first WAL that it needs. */
    private void warnOfWhatTheServerCannotRead(Workspace workspace) {
        var user = RecoveringUser.of(into);
        user.lacks(RepositoryReferences.filesOf(workspace))
                .forEach(file -> spec.commandLine()
                        .getErr()
                        .println(("WARNING: user '%s', whose server will recover, may not read '%s'%n"
                                        + "HINT: before the server is started, let that user read the repository, by a group, and the key: a copy of its own, named by --key-file")
                                .formatted(user, file)));
    }

    private int reportOtherEnd(Result result) {
        var err = spec.commandLine().getErr();
        err.println("ERROR: " + result.recoveryEnd().orElseThrow());
        err.println("HINT: do not use '%s' before you have looked at it; its log is '%s'"
                .formatted(result.directory(), result.serverLog().orElse("")));
        return OTHER_END;
    }

    private RestoreRequest request(Workspace workspace, Repository repository) {
        var request = RestoreRequest.of(
                        into,
                        target.target(!exclusive),
                        RepositoryReferences.of(workspace),
                        Prefetcher.carriedInto(into))
                .withAction(action != null ? action : start ? TargetAction.PROMOTE : TargetAction.PAUSE)
                .withTablespaces(tablespaces());
        request = generation == null ? request : request.withGeneration(generation);
        request = timeline == null ? request : request.withTimeline(new TimelineId(timeline));
        request = backup == null ? request : request.withBackup(backupId(backup));
        request = jobs == null ? request : request.withJobs(Math.max(1, jobs));
        request = request.withSpool(workspace.spool());
        request = delta ? request.withDelta() : request;
        request = abandonWalTail ? request.abandoningWalTail() : request;
        request = inert
                ? request.withInert(
                        new InertSettings(into.toAbsolutePath().resolve("socket"), Optional.empty(), List.of()))
                : request;
        return start ? withStart(request, workspace, repository) : request;
    }

    /** Before anything is touched: the programs are there. Without a generation there is no backup, as the plan will say. */
    private static RestoreRequest withStart(RestoreRequest request, Workspace workspace, Repository repository) {
        return Generation.newest(repository)
                .map(generation -> workspace.binDirectory(generation.majorVersion()))
                .map(folder -> request.withStart(new ServerStart(folder, Map.of())))
                .orElse(request);
    }

    private static BackupId backupId(String text) {
        if (!BackupId.isValid(text)) {
            throw UsageException.notABackup(text);
        }
        return new BackupId(text);
    }

    private TablespaceChoice tablespaces() {
        if (tablespaces == null) {
            return tablespaceMap.isEmpty() ? new TablespaceChoice.Within() : new TablespaceChoice.Mapped(tablespaceMap);
        }
        if (!tablespaces.equals("original") || !tablespaceMap.isEmpty()) {
            throw UsageException.tablespaces(tablespaces);
        }
        return new TablespaceChoice.Original();
    }

    /**
     * What a restore would do.
     *
     * @param stopsAt position at which recovery stops
     * @param walBytes to replay
     */
    record Plan(
            String backup,
            String target,
            int timeline,
            String stopsAt,
            Optional<Instant> lastCommit,
            Optional<Instant> coveredUntil,
            long bytes,
            long walBytes,
            List<String> notes) {

        static Plan of(RestorePlan plan) {
            return new Plan(
                    plan.backup().id().text(),
                    plan.target().describe(),
                    plan.timeline().number(),
                    plan.stop().at().toString(),
                    plan.lastCommit().map(commit -> commit.time()),
                    plan.coveredUntil(),
                    plan.backup().manifest().totals().bytes(),
                    plan.walBytes(),
                    plan.notes());
        }
    }

    /** What a restore did. */
    record Result(
            String directory,
            String backup,
            Plan plan,
            long files,
            long copiedBytes,
            long keptBytes,
            double copySeconds,
            Optional<Double> recoverySeconds,
            Optional<Boolean> recoveredAsPlanned,
            Optional<String> recoveryEnd,
            Optional<String> serverLog,
            Optional<Long> serverPid) {

        static Result of(Path directory, RestoreResult result) {
            var plan = Plan.of(result.plan());
            return new Result(
                    directory.toString(),
                    plan.backup(),
                    plan,
                    result.files(),
                    result.copiedBytes(),
                    result.keptBytes(),
                    result.copyTime().toMillis() / 1000.0,
                    result.recoveryTime().map(time -> time.toMillis() / 1000.0),
                    result.end().map(RecoveryEnd::isAsPlanned),
                    result.end().map(RecoveryEnd::explain),
                    result.serverLog().map(Path::toString),
                    result.serverPid());
        }
    }

    private static void print(Plan plan, PrintWriter out) {
        out.println("backup       %s, %s".formatted(plan.backup(), new ByteSize(plan.bytes())));
        out.println("target       %s, on timeline %d".formatted(plan.target(), plan.timeline()));
        out.println("stops at     %s, after %s of WAL".formatted(plan.stopsAt(), new ByteSize(plan.walBytes())));
        plan.lastCommit().ifPresent(time -> out.println("last commit  " + time));
        plan.notes().forEach(note -> out.println("note         " + note));
    }

    private static void print(Result result, PrintWriter out) {
        print(result.plan(), out);
        out.println("restored     %d files into %s".formatted(result.files(), result.directory()));
        out.println("copied       %s, %s were right already, in %s"
                .formatted(
                        new ByteSize(result.copiedBytes()),
                        new ByteSize(result.keptBytes()),
                        Times.took(result.copySeconds())));
        result.recoverySeconds()
                .ifPresentOrElse(
                        seconds -> out.println("recovered    in %s; the server %s"
                                .formatted(
                                        Times.took(seconds),
                                        result.serverPid().isPresent() ? "runs" : "has shut down")),
                        () -> out.println("next         start the server: it recovers by itself"));
        result.recoveryEnd().ifPresent(end -> out.println("check        " + end));
        result.serverLog().ifPresent(log -> out.println("server log   " + log));
    }
}
