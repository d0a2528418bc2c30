package io.holdfast.postgres.restore;

import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.WalRange;
import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.postgres.wal.WalEvent;
import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.pack.BackupId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A restore was refused, or stopped. */
public final class RestoreException extends HoldfastException {

    private static final long serialVersionUID = 1;

    /** The code of what is thrown when a started server ended before it had recovered. */
    public static final String SERVER_ENDED = "restore.server-ended";

    private final String code;
    private final ProblemKind kind;

    private RestoreException(String code, ProblemKind kind, String message, String hint, @Nullable Throwable cause) {
        super(message, hint, cause);
        this.code = code;
        this.kind = kind;
    }

    private RestoreException(String code, ProblemKind kind, String message, String hint) {
        this(code, kind, message, hint, null);
    }

    static RestoreException notATime(String text) {
        return new RestoreException(
                "restore.not-a-time",
                ProblemKind.USAGE,
                "not a time: '%s'".formatted(text),
                "write it as 2026-01-15T02:00:00Z or '2026-01-15 02:00:00.123456+01'");
    }

    static RestoreException timeWithoutOffset(String text) {
        return new RestoreException(
                "restore.time-without-offset",
                ProblemKind.USAGE,
                "the time '%s' has no offset from UTC".formatted(text),
                "add one: '%sZ' for UTC, or for example '%s+01:00'".formatted(text, text));
    }

    static RestoreException emptyRepository(String name) {
        return new RestoreException(
                "restore.empty-repository",
                ProblemKind.UNREACHABLE,
                "repository '%s' holds no backup".formatted(name),
                "take one with 'holdfast backup'");
    }

    static RestoreException unreachable(RecoveryTarget target, Reachability reason, List<RecoverableWindow> windows) {
        return new RestoreException(
                "restore.unreachable",
                ProblemKind.UNREACHABLE,
                "target %s is not reachable: %s".formatted(target.describe(), reason.explain()),
                reason instanceof Reachability.Ambiguous
                        ? "say which with --timeline"
                        : windows.isEmpty()
                                ? "nothing can be recovered: see 'holdfast info'"
                                : "reachable is %s"
                                        .formatted(windows.stream()
                                                .map(RecoverableWindow::toString)
                                                .collect(Collectors.joining("; "))));
    }

    static RestoreException inEarlierGeneration(
            RecoveryTarget target, Reachability reason, Generation holder, Generation current) {
        return new RestoreException(
                "restore.earlier-generation",
                ProblemKind.UNREACHABLE,
                "target %s is not reachable in generation %d: %s; generation %d, the cluster before it, reaches it"
                        .formatted(target.describe(), current.number(), reason.explain(), holder.number()),
                "say --generation %d; what is restored then needs PostgreSQL %d"
                        .formatted(holder.number(), holder.majorVersion()));
    }

    static RestoreException unknownGeneration(int wanted, List<Generation> known) {
        return new RestoreException(
                "restore.unknown-generation",
                ProblemKind.USAGE,
                "there is no generation %d".formatted(wanted),
                known.isEmpty()
                        ? "the repository holds no backup"
                        : "there are %s"
                                .formatted(known.stream()
                                        .map(generation -> "%d (PostgreSQL %d)"
                                                .formatted(generation.number(), generation.majorVersion()))
                                        .collect(Collectors.joining(", "))));
    }

    static RestoreException unreadableGeneration(int generation, BackupId backup) {
        return new RestoreException(
                "restore.unreadable-generation",
                ProblemKind.DAMAGED,
                "backup %s is of generation %d, and what describes that cannot be read".formatted(backup, generation),
                "restore 'generation/%08d' from a copy of the repository; a cluster before it is restored with --generation"
                        .formatted(generation));
    }

    static RestoreException removedMeanwhile(String what) {
        return new RestoreException(
                "restore.removed-meanwhile",
                ProblemKind.UNREACHABLE,
                "%s was removed by 'expire' while the restore was decided on".formatted(what),
                "run it again: it decides upon what is left; nothing has been touched");
    }

    static RestoreException notEmpty(Path directory) {
        return new RestoreException(
                "restore.not-empty",
                ProblemKind.REFUSED,
                "'%s' is not empty".formatted(directory),
                "name an empty folder, or use --delta to make an existing data directory of the same cluster what the backup was");
    }

    static RestoreException unfinished(Path directory) {
        return new RestoreException(
                "restore.unfinished",
                ProblemKind.REFUSED,
                "'%s' holds a restore of another cluster that was not finished".formatted(directory),
                "remove it, or name another folder");
    }

    static RestoreException notADirectory(Path directory) {
        return new RestoreException(
                "restore.not-a-directory",
                ProblemKind.REFUSED,
                "'%s' is not a folder".formatted(directory),
                "name a folder, or a name that is free");
    }

    static RestoreException notADataDirectory(Path directory) {
        return new RestoreException(
                "restore.not-a-data-directory",
                ProblemKind.REFUSED,
                "'%s' is not a data directory of PostgreSQL".formatted(directory),
                "--delta changes an existing data directory; without it the folder must be empty");
    }

    static RestoreException otherCluster(Path directory, SystemIdentifier found, SystemIdentifier expected) {
        return new RestoreException(
                "restore.other-cluster",
                ProblemKind.REFUSED,
                "'%s' belongs to another cluster: its system identifier is %s, not %s"
                        .formatted(directory, found, expected),
                "check the path; a folder of another cluster is never changed");
    }

    static RestoreException serverRuns(Path directory, long pid) {
        return new RestoreException(
                "restore.server-runs",
                ProblemKind.REFUSED,
                "a server runs in '%s' (process %d)".formatted(directory, pid),
                "stop it first: pg_ctl stop -D '%s'".formatted(directory));
    }

    static RestoreException serverMayRun(Path directory, Path pidFile, String reason) {
        return new RestoreException(
                "restore.server-may-run",
                ProblemKind.REFUSED,
                "a server may run in '%s': %s".formatted(directory, reason),
                "make sure that none does, here, in a container or on another host; then remove '%s' and restore again"
                        .formatted(pidFile));
    }

    static RestoreException walTail(WalRange range, String reason) {
        return new RestoreException(
                "restore.wal-tail",
                ProblemKind.REFUSED,
                "WAL from %s is only on this host, in the directory or the spool, and cannot be stored: %s"
                        .formatted(range, reason),
                "start the server once more and let it be captured, keep a copy of the directory, or give the WAL up with --abandon-wal-tail");
    }

    static RestoreException tablespaceNotEmpty(Path directory) {
        return new RestoreException(
                "restore.tablespace-not-empty",
                ProblemKind.REFUSED,
                "the folder '%s' of a tablespace is not empty".formatted(directory),
                "empty it, or send the tablespace elsewhere with --tablespace-map");
    }

    /** @param inert whether it is a clone, which leaves everything outside its folder alone */
    static RestoreException tablespaceInWal(WalEvent.TablespaceCreation made, boolean inert) {
        var otherTarget =
                "recover to a point before %s, or from a backup that was taken after it".formatted(made.start());
        return new RestoreException(
                "restore.tablespace-in-wal",
                ProblemKind.REFUSED,
                "the WAL makes tablespace %d in '%s', at %s: %s"
                        .formatted(
                                made.oid(),
                                made.location(),
                                made.end(),
                                inert ? "a clone would write there" : "a server has files there"),
                inert ? otherTarget : otherTarget + ", or empty that folder if no server uses it");
    }

    static RestoreException unknownTablespace(String name, List<String> known) {
        return new RestoreException(
                "restore.unknown-tablespace",
                ProblemKind.USAGE,
                "the backup has no tablespace '%s'".formatted(name),
                known.isEmpty() ? "it has none at all" : "it has " + String.join(", ", known));
    }

    static RestoreException noSpace(Path directory, long needed, long free) {
        return new RestoreException(
                "restore.no-space",
                ProblemKind.ENVIRONMENT,
                "'%s' needs %d bytes, %d are free".formatted(directory, needed, free),
                "free some space, or name a folder on a larger file system");
    }

    static RestoreException mountPoint(Path folder) {
        return new RestoreException(
                "restore.mount-point",
                ProblemKind.REFUSED,
                "'%s' is not in the backup, and is a mount point".formatted(folder),
                "unmount it first: what is mounted is never removed");
    }

    static RestoreException placeTaken(Path place, Path tablespace) {
        return new RestoreException(
                "restore.place-taken",
                ProblemKind.REFUSED,
                "'%s' of the data directory would lie in the tablespace '%s'".formatted(place, tablespace),
                "name another folder for this tablespace with --tablespace-map");
    }

    static RestoreException io(String what, Path path, IOException cause) {
        return new RestoreException(
                "restore.file",
                ProblemKind.ENVIRONMENT,
                "cannot %s '%s': %s".formatted(what, path, cause.getMessage()),
                "see its permissions and the free space, and run the restore again: it goes on where it stopped",
                cause);
    }

    static RestoreException interrupted() {
        return new RestoreException(
                "restore.interrupted",
                ProblemKind.UNAVAILABLE,
                "the restore was interrupted",
                "run it again: it goes on where it stopped");
    }

    /** @param cause what kept WAL from being brought to it, if that is known */
    static RestoreException serverEnded(Path log, String tail, @Nullable HoldfastException cause) {
        return new RestoreException(
                SERVER_ENDED,
                cause == null ? ProblemKind.UNAVAILABLE : cause.kind(),
                "the restored server ended before it had recovered; its log ends:%n%s".formatted(tail),
                "the whole log is '%s'; mend what it names and start the server again: recovery goes on".formatted(log),
                cause);
    }

    static RestoreException tooSmall(Path log, String tail) {
        return new RestoreException(
                "restore.server-too-small",
                ProblemKind.REFUSED,
                "the restored server waits short of its target: a setting is smaller than it was at the source; its log ends:%n%s"
                        .formatted(tail),
                "the whole log is '%s'; stop the server, raise what it names, and start it again: recovery goes on"
                        .formatted(log));
    }

    @Override
    public String code() {
        return code;
    }

    @Override
    public ProblemKind kind() {
        return kind;
    }
}
