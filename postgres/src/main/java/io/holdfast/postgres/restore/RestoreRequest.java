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
        return new RestoreRequest(
                directory,
                target,
                wanted,
                generation,
                timeline,
                backup,
                jobs,
                delta,
                tablespaces,
                spool,
                abandonWalTail,
                inert,
                repository,
                prefetch,
                patience,
                start);
    }

    public RestoreRequest withGeneration(int wanted) {
        return new RestoreRequest(
                directory,
                target,
                action,
                OptionalInt.of(wanted),
                timeline,
                backup,
                jobs,
                delta,
                tablespaces,
                spool,
                abandonWalTail,
                inert,
                repository,
                prefetch,
                patience,
                start);
    }

    public RestoreRequest withTimeline(TimelineId wanted) {
        return new RestoreRequest(
                directory,
                target,
                action,
                generation,
                Optional.of(wanted),
                backup,
                jobs,
                delta,
                tablespaces,
                spool,
                abandonWalTail,
                inert,
                repository,
                prefetch,
                patience,
                start);
    }

    public RestoreRequest withBackup(BackupId wanted) {
        return new RestoreRequest(
                directory,
                target,
                action,
                generation,
                timeline,
                Optional.of(wanted),
                jobs,
                delta,
                tablespaces,
                spool,
                abandonWalTail,
                inert,
                repository,
                prefetch,
                patience,
                start);
    }

    public RestoreRequest withJobs(int count) {
        return new RestoreRequest(
                directory,
                target,
                action,
                generation,
                timeline,
                backup,
                count,
                delta,
                tablespaces,
                spool,
                abandonWalTail,
                inert,
                repository,
                prefetch,
                patience,
                start);
    }

    public RestoreRequest withDelta() {
        return new RestoreRequest(
                directory,
                target,
                action,
                generation,
                timeline,
                backup,
                jobs,
                true,
                tablespaces,
                spool,
                abandonWalTail,
                inert,
                repository,
                prefetch,
                patience,
                start);
    }

    public RestoreRequest withTablespaces(TablespaceChoice choice) {
        return new RestoreRequest(
                directory,
                target,
                action,
                generation,
                timeline,
                backup,
                jobs,
                delta,
                choice,
                spool,
                abandonWalTail,
                inert,
                repository,
                prefetch,
                patience,
                start);
    }

    public RestoreRequest withSpool(Path folder) {
        return new RestoreRequest(
                directory,
                target,
                action,
                generation,
                timeline,
                backup,
                jobs,
                delta,
                tablespaces,
                Optional.of(folder),
                abandonWalTail,
                inert,
                repository,
                prefetch,
                patience,
                start);
    }

    public RestoreRequest abandoningWalTail() {
        return new RestoreRequest(
                directory,
                target,
                action,
                generation,
                timeline,
                backup,
                jobs,
                delta,
                tablespaces,
                spool,
                true,
                inert,
                repository,
                prefetch,
                patience,
                start);
    }

    public RestoreRequest withInert(InertSettings settings) {
        return new RestoreRequest(
                directory,
                target,
                action,
                generation,
                timeline,
                backup,
                jobs,
                delta,
                tablespaces,
                spool,
                abandonWalTail,
                Optional.of(settings),
                repository,
                prefetch,
                patience,
                start);
    }

    public RestoreRequest withPatience(Duration limit) {
        return new RestoreRequest(
                directory,
                target,
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
                repository,
                prefetch,
                limit,
                start);
    }

    public RestoreRequest withStart(ServerStart how) {
        return new RestoreRequest(
                directory,
                target,
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
                repository,
                prefetch,
                patience,
                Optional.of(how));
    }
}
