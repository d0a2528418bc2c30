package io.holdfast.postgres.restore;

import io.holdfast.postgres.restore.replay.PrefetchProgram;
import io.holdfast.postgres.restore.replay.RepositoryReference;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.pack.BackupId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * What to restore, and where to.
 *
 * @param directory that becomes PGDATA
 * @param generation of the cluster; without it the newest
 * @param timeline the branch of the history; without it the target must lie in one only
 * @param backup the one to begin with; without it the newest that will do
 * @param jobs copiers at once
 * @param delta change an existing data directory of the same cluster, instead of filling an empty one
 * @param spool folder of the spool of a capture on this host, which may hold WAL that the repository lacks; that is stored
 *     first
 * @param abandonWalTail give up WAL that only the existing directory holds and that cannot be stored
 * @param inert for a clone that can harm nobody
 * @param repository how the prefetcher opens the repository again
 * @param prefetch what brings WAL to the recovering server
 * @param patience how long the server waits for one segment before it stops
 * @param start to start the server as well, and wait until it has recovered
 */
public record RestoreRequest(
        Path directory,
        RecoveryTarget target,
        TargetAction action,
        OptionalInt generation,
        Optional<TimelineId> timeline,
        Optional<BackupId> backup,
        int jobs,
        boolean delta,
        TablespaceChoice tablespaces,
        Optional<Path> spool,
        boolean abandonWalTail,
        Optional<InertSettings> inert,
        RepositoryReference repository,
        PrefetchProgram prefetch,
        Duration patience,
        Optional<ServerStart> start) {

    public static final Duration DEFAULT_PATIENCE = Duration.ofMinutes(2);

    public RestoreRequest {
        directory = directory.toAbsolutePath().normalize();
    }

    /** Full, without starting a server, pausing at the target; with all processors, for the machine waits for it. */
    public static RestoreRequest of(
            Path directory, RecoveryTarget target, RepositoryReference repository, PrefetchProgram prefetch) {
        return new RestoreRequest(
                directory,
                target,
                TargetAction.PAUSE,
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                Runtime.getRuntime().availableProcessors(),
                false,
                new TablespaceChoice.Within(),
                Optional.empty(),
                false,
                Optional.empty(),
                repository,
                prefetch,
                DEFAULT_PATIENCE,
                Optional.empty());
    }

    /** The same with a prefetcher that stays where it is, started by these words. */
    public static RestoreRequest of(
            Path directory, RecoveryTarget target, RepositoryReference repository, List<String> launcher) {
        return of(directory, target, repository, PrefetchProgram.installed(launcher));
    }

    public RestoreRequest withAction(TargetAction wanted) {
        return changed(draft -> draft.action = wanted);
    }

    public RestoreRequest withGeneration(int wanted) {
        return changed(draft -> draft.generation = OptionalInt.of(wanted));
    }

    public RestoreRequest withTimeline(TimelineId wanted) {
        return changed(draft -> draft.timeline = Optional.of(wanted));
    }

    public RestoreRequest withBackup(BackupId wanted) {
        return changed(draft -> draft.backup = Optional.of(wanted));
    }

    public RestoreRequest withJobs(int count) {
        return changed(draft -> draft.jobs = count);
    }

    public RestoreRequest withDelta() {
        return changed(draft -> draft.delta = true);
    }

    public RestoreRequest withTablespaces(TablespaceChoice choice) {
        return changed(draft -> draft.tablespaces = choice);
    }

    public RestoreRequest withSpool(Path folder) {
        return changed(draft -> draft.spool = Optional.of(folder));
    }

    public RestoreRequest abandoningWalTail() {
        return changed(draft -> draft.abandonWalTail = true);
    }

    public RestoreRequest withInert(InertSettings settings) {
        return changed(draft -> draft.inert = Optional.of(settings));
    }

    public RestoreRequest withPatience(Duration limit) {
        return changed(draft -> draft.patience = limit);
    }

    public RestoreRequest withStart(ServerStart how) {
        return changed(draft -> draft.start = Optional.of(how));
    }

    private RestoreRequest changed(Consumer<Draft> change) {
        var draft = new Draft(this);
        change.accept(draft);
        return draft.finished();
    }

    /** One component of so many is changed at a time. */
    private static final class Draft {

        private final RestoreRequest of;
        private TargetAction action;
        private OptionalInt generation;
        private Optional<TimelineId> timeline;
        private Optional<BackupId> backup;
        private int jobs;
        private boolean delta;
        private TablespaceChoice tablespaces;
        private Optional<Path> spool;
        private boolean abandonWalTail;
        private Optional<InertSettings> inert;
        private Duration patience;
        private Optional<ServerStart> start;

        Draft(RestoreRequest of) {
            this.of = of;
            action = of.action;
            generation = of.generation;
            timeline = of.timeline;
            backup = of.backup;
            jobs = of.jobs;
            delta = of.delta;
            tablespaces = of.tablespaces;
            spool = of.spool;
            abandonWalTail = of.abandonWalTail;
            inert = of.inert;
            patience = of.patience;
            start = of.start;
        }

        RestoreRequest finished() {
            return new RestoreRequest(
                    of.directory,
                    of.target,
                    action,
                    generation,
                    timeline,
                    backup,
                    jobs,
                    delta,
                    tablespaces,
                    spool,
                    abandonWalTail,
                    inert,
                    of.repository,
                    of.prefetch,
                    patience,
                    start);
        }
    }
}
