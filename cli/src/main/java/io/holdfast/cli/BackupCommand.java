package io.holdfast.cli;

import io.holdfast.cli.Table.Column;
import io.holdfast.cli.configuration.ByteSize;
import io.holdfast.cli.configuration.Checkpoint;
import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.cli.inventory.BackupEntry;
import io.holdfast.cli.progress.ShownProgress;
import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.backup.BackupRequest;
import io.holdfast.postgres.backup.BaseBackup;
import io.holdfast.postgres.backup.DamagedPage;
import io.holdfast.postgres.cluster.ServerFacts;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.protect.LocalAnswer;
import io.holdfast.postgres.restore.StoredBackup;
import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast backup}: takes a backup now. */
@Command(
        name = "backup",
        description = {
            "Take a backup of the running server, which goes on working meanwhile.",
            "An incremental backup stores what changed since the newest backup, and restores by itself: nothing is gained by full"
                    + " ones now and then. With PostgreSQL 17 and newer and summarize_wal on, it also reads only what changed;"
                    + " otherwise, and where there is a doubt, it reads everything and compares.",
            "Runs on the server's host as a user that may read its data directory. While 'holdfast capture' runs, the"
                    + " backup relies on the WAL that it stores; otherwise the backup stores the WAL it needs itself.",
            "The backup counts when this command ends with 0 or 6, and not before. 6: pages with a wrong checksum were"
                    + " found in the live data; the backup is stored with them, marked, and they are listed."
        },
        footer = {
            "",
            "Examples:",
            "  holdfast backup",
            "  holdfast backup --type full",
            "  holdfast backup --jobs 8 --max-rate 200MB",
            "  holdfast backup --checkpoint spread        no burst of writes at the start"
        })
final class BackupCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            defaultValue = "incr",
            description = "full or incr: all of the cluster, or what changed since the newest backup"
                    + " (the first one is full in any case). Default: ${DEFAULT-VALUE}.")
    private Type type = Type.INCR;

    /** As {@code --type} takes it. */
    enum Type {
        FULL(BackupId.Kind.FULL),
        INCR(BackupId.Kind.INCREMENTAL);

        private final BackupId.Kind kind;

        Type(BackupId.Kind kind) {
            this.kind = kind;
        }
    }

    @Option(
            names = "--dry-run",
            description = "Connect, say what would be backed up and how, and change nothing anywhere.")
    private boolean dryRun;

    @Override
    public List<Setting<?>> settings() {
        return Stream.of(
                        Settings.OF_THE_REPOSITORY,
                        Settings.OF_THE_SERVER,
                        List.<Setting<?>>of(
                                Settings.MEMBER,
                                Settings.BACKUP_JOBS,
                                Settings.BACKUP_MAX_RATE,
                                Settings.BACKUP_CHECKPOINT,
                                Settings.BACKUP_WAL_TIMEOUT,
                                Settings.CAPTURE_SLOT,
                                Settings.STATE_DIRECTORY))
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public Integer call() {
        var workspace = Workspace.of(spec);
        var request = request(workspace).withKind(type.kind);
        return dryRun ? tell(workspace, request) : take(workspace, request);
    }

    /** The backup that is configured; {@code protect} takes the same. */
    static BackupRequest request(Workspace workspace) {
        var configuration = workspace.configuration();
        return new BackupRequest(
                workspace.server(),
                workspace.member(),
                BackupId.Kind.INCREMENTAL,
                configuration.find(Settings.BACKUP_JOBS).orElseGet(BackupRequest::defaultJobs),
                configuration
                        .find(Settings.BACKUP_MAX_RATE)
                        .map(ByteSize::bytes)
                        .orElse(0L),
                configuration.get(Settings.BACKUP_CHECKPOINT) == Checkpoint.FAST,
                configuration.get(Settings.BACKUP_WAL_TIMEOUT),
                configuration.get(Settings.CAPTURE_SLOT));
    }

    private int take(Workspace workspace, BackupRequest request) {
        Manifest manifest;
        var answered = LocalAnswer.before(workspace.stateFolder());
        try (var repository = workspace.openRepository();
                var progress = ShownProgress.on(
                        workspace.isTerminal(), spec.commandLine().getErr(), workspace.clock())) {
            var taken = new BaseBackup(repository, request, progress, workspace.clock(), workspace.pause()).take();
            workspace.mirrors(repository).ifPresent(mirrors -> mirrors.complete(taken.id()));
            manifest = taken;
        }
        answered.taken(spec.commandLine().getErr()::println);
        var result = Result.of(manifest);
        output.printText(out -> print(result, out), () -> result);
        return result.damagedPageCount() == 0 && !result.backup().hasDamagedParent()
                ? 0
                : ProblemKind.DAMAGED.exitCode();
    }

    private int tell(Workspace workspace, BackupRequest request) {
        try (var repository = workspace.openRepositoryForReading();
                var session = SqlSession.open(request.server())) {
            var facts = ServerFacts.read(session);
            Generation.refuseOther(repository, facts.systemIdentifier());
            var plan = new Plan(
                    repository.name(),
                    request.server().address().toString(),
                    facts.files().dataDirectory().map(Path::toString).orElse("unknown"),
                    request.member().text(),
                    BackupEntry.nameOf(request.kind()),
                    request.jobs(),
                    request.maxRate());
            output.print(
                    () -> Table.of(
                                    Column.left("REPOSITORY"),
                                    Column.left("SERVER"),
                                    Column.left("DATA DIRECTORY"),
                                    Column.left("MEMBER"),
                                    Column.left("KIND"),
                                    Column.right("JOBS"),
                                    Column.left("MAX RATE"))
                            .withRow(
                                    plan.repository(),
                                    plan.server(),
                                    plan.dataDirectory(),
                                    plan.member(),
                                    plan.kind(),
                                    plan.jobs(),
                                    plan.maxRate() == 0 ? "none" : new ByteSize(plan.maxRate()) + "/s"),
                    () -> plan);
        }
        spec.commandLine().getErr().println("this was a dry run: nothing was backed up");
        return 0;
    }

    /**
     * What a dry run tells.
     *
     * @param maxRate bytes a second; 0 for no limit
     */
    record Plan(
            String repository,
            String server,
            String dataDirectory,
            String member,
            String kind,
            int jobs,
            long maxRate) {}

    /**
     * What came of it.
     *
     * @param damagedPages the first thousand
     */
    record Result(BackupEntry backup, List<DamagedPage> damagedPages, long damagedPageCount) {

        static Result of(Manifest manifest) {
            var backup = StoredBackup.of(manifest);
            var details = backup.details();
            return new Result(BackupEntry.of(backup), details.damagedPages(), details.damagedPageCount());
        }
    }

    private static void print(Result result, PrintWriter out) {
        InfoCommand.backups(List.of(result.backup())).print(out);
        result.backup().explanations().forEach(out::println);
        if (result.damagedPageCount() > 0) {
            out.println();
            out.println("%d damaged pages: the backup is stored with them".formatted(result.damagedPageCount()));
            result.damagedPages().forEach(page -> out.println("  " + page));
            out.println(
                    "find out which relations they are, and restore an older backup beside this cluster to compare");
        }
    }
}
