package io.holdfast.cli;

import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.backup.BackupProgress;
import io.holdfast.postgres.backup.BackupRequest;
import io.holdfast.postgres.backup.BaseBackup;
import io.holdfast.postgres.capture.Capture;
import io.holdfast.postgres.mirror.ScheduledHealing;
import io.holdfast.postgres.protect.KnownBackups;
import io.holdfast.postgres.protect.Protection;
import io.holdfast.postgres.protect.ScheduledRemoval;
import io.holdfast.postgres.protect.ServiceManager;
import io.holdfast.postgres.restore.AfterRecovery;
import io.holdfast.postgres.retention.PostgresContents.Ages;
import io.holdfast.repository.Repository;
import io.holdfast.repository.mirror.MirrorsForWriting;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.removal.RemovalReport;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast protect}: capture and scheduled backups in one process. */
@Command(
        name = "protect",
        description = {
            "Capture WAL and take a backup whenever one is due, in one process, until stopped (SIGTERM or Ctrl-C).",
            "A backup is due when there is none, when the newest is older than --backup-every (never: something else takes"
                    + " them), when WAL was lost, and as"
                    + " backup.wal-volume and backup.rto in holdfast.yaml say. One that fails is tried again after a"
                    + " minute, then less and less often, up to an hour; 'holdfast status' shows why. Tells systemd when it"
                    + " is ready and that it is alive (Type=notify, WatchdogSec)."
        },
        footer = {"", "Examples:", "  holdfast protect", "  holdfast protect --backup-every 6h"})
final class ProtectCommand implements Callable<Integer>, TakesSettings {

    private static final Duration BETWEEN_REMOVALS = Duration.ofHours(6);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--take-over",
            description = "Take the claim of a session that seems alive. Only when you know that it is not.")
    private boolean takeOver;

    @Option(
            names = "--expire",
            description = "Also do what 'holdfast expire' does, every six hours or as retention.every says.")
    private boolean expire;

    @Override
    public List<Setting<?>> settings() {
        return Stream.of(
                        Settings.OF_THE_REPOSITORY,
                        Settings.OF_THE_SERVER,
                        Settings.OF_THE_SCHEDULE,
                        Settings.OF_RETENTION,
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
    public Integer call() throws InterruptedException {
        var workspace = Workspace.of(spec);
        try (var repository = workspace.openRepository();
                var all = workspace.openAgainForReading(repository);
                var _ = AfterRecovery.watch(workspace.server(), workspace.pause())) {
            var capture = Capture.start(
                    repository, CaptureCommand.settings(workspace, takeOver), CaptureCommand.machine(workspace));
            var protection = new Protection(
                    capture,
                    new RepositoryBackups(repository, all, BackupCommand.request(workspace), workspace),
                    workspace.schedule(),
                    beside(repository, workspace),
                    new Protection.Machine(
                            ServiceManager.of(System.getenv()),
                            workspace.clock(),
                            workspace.pause(),
                            new SecureRandom()));
            var ended = new CountDownLatch(1);
            ShutDown.closing(() -> {
                protection.stop();
                ended.await();
            });
            try {
                protection.run();
            } finally {
                ended.countDown();
            }
        }
        return 0;
    }

    private List<Protection.Beside> beside(Repository repository, Workspace workspace) {
        var configuration = workspace.configuration();
        var removing = configuration
                .get(Settings.RETENTION_EVERY)
                .or(() -> expire ? Optional.of(BETWEEN_REMOVALS) : Optional.empty())
                .stream()
                .flatMap(every -> workspace.places().stream()
                        .map(place -> new Protection.Beside(
                                "scheduled-removal",
                                new ScheduledRemoval(() -> remove(repository, place), every, workspace.pause()))));
        var healing = workspace
                .mirrors(repository)
                .map(mirrors ->
                        new Protection.Beside("scheduled-healing", new ScheduledHealing(mirrors, workspace.pause())))
                .stream();
        return Stream.concat(removing, healing).toList();
    }

    /** Each place is looked at and removed from for itself. */
    private static RemovalReport remove(Repository repository, Workspace place) {
        if (!(repository.store() instanceof MirrorsForWriting)) {
            return Expiry.keeper(repository, place.configuration(), Ages.FROM_ARRIVAL)
                    .run();
        }
        try (var there = place.openAsPlaceOf(repository, true)) {
            return Expiry.keeper(there, place.configuration(), Ages.FROM_BACKUP).run();
        }
    }

    /** @param all what any place of the repository has */
    private record RepositoryBackups(Repository repository, Repository all, BackupRequest request, Workspace workspace)
            implements Protection.Backups {

        @Override
        public KnownBackups look(KnownBackups known, Instant now) {
            var found = known.again(all.manifests(), now);
            return Generation.newest(all)
                    .map(generation -> found.ofGeneration(generation.number()))
                    .orElse(found);
        }

        /** Another place may lead by now, where there are several. */
        @Override
        public void take(BackupId.Kind kind) {
            if (workspace.isMirrored()) {
                try (var leading = workspace.openAgain(repository)) {
                    try {
                        take(kind, leading);
                    } finally {
                        tellHealing(leading);
                    }
                }
            } else {
                take(kind, repository);
            }
        }

        private void tellHealing(Repository leading) {
            if (repository.store() instanceof MirrorsForWriting watched
                    && leading.store() instanceof MirrorsForWriting used) {
                watched.lacking(used.takeLacking());
            }
        }

        private void take(BackupId.Kind kind, Repository into) {
            var manifest = new BaseBackup(
                            into, request.withKind(kind), BackupProgress.NONE, workspace.clock(), workspace.pause())
                    .take();
            workspace.mirrors(into).ifPresent(mirrors -> mirrors.complete(manifest.id()));
        }
    }
}
