package io.holdfast.postgres.backup;

import io.holdfast.postgres.archive.Divergence;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import java.nio.file.Path;
import java.time.Duration;

/** There is no backup: it was refused, or what was begun does not count. */
public final class BackupException extends HoldfastException {

    private static final long serialVersionUID = 1;

    private final String code;
    private final ProblemKind kind;

    private BackupException(String code, ProblemKind kind, String message, String hint) {
        super(message, hint);
        this.code = code;
        this.kind = kind;
    }

    static BackupException dataDirectoryUnknown(String address) {
        return new BackupException(
                "backup.data-directory-unknown",
                ProblemKind.REFUSED,
                "the server at %s does not say where its data directory is".formatted(address),
                "grant the role pg_read_all_settings (or pg_monitor) to the user that holdfast connects as");
    }

    static BackupException promoted() {
        return new BackupException(
                "backup.promoted",
                ProblemKind.UNAVAILABLE,
                "the standby was promoted during the backup",
                "take another one: the server is a primary now");
    }

    static BackupException timelineChanged(TimelineId before, TimelineId now) {
        return new BackupException(
                "backup.timeline-changed",
                ProblemKind.UNAVAILABLE,
                "the server went from timeline %s to %s during the backup".formatted(before, now),
                "take another one: it would begin on the new timeline");
    }

    static BackupException restartpointOnOtherTimeline(TimelineId restartpoint, TimelineId now) {
        return new BackupException(
                "backup.restartpoint",
                ProblemKind.UNAVAILABLE,
                "the standby's last restartpoint is on timeline %s, and it has replayed into timeline %s"
                        .formatted(restartpoint, now),
                "run CHECKPOINT on the primary, wait until the standby has replayed it, and take the backup again");
    }

    static BackupException diverged(Divergence divergence) {
        return new BackupException("backup.diverged", ProblemKind.REFUSED, divergence.explain(), Divergence.HINT);
    }

    static BackupException tablespaceMissed(Path link) {
        return new BackupException(
                "backup.tablespace-missed",
                ProblemKind.UNAVAILABLE,
                "the tablespace behind '%s' was being created when the backup began, and is not in it".formatted(link),
                "take another one when CREATE TABLESPACE has ended");
    }

    static BackupException walLevelMinimal() {
        return new BackupException(
                "backup.wal-level",
                ProblemKind.REFUSED,
                "wal_level is minimal: a backup could not be recovered",
                "set wal_level = replica and restart the server");
    }

    static BackupException walNotStored(Lsn stop, Duration waited, String reached) {
        return new BackupException(
                "backup.wal-timeout",
                ProblemKind.UNAVAILABLE,
                "WAL up to %s was not in the repository after %d s: %s".formatted(stop, waited.toSeconds(), reached),
                "check that 'holdfast capture' runs and reaches server and repository (holdfast status), or raise --wal-timeout");
    }

    static BackupException ownWalNotStored(Lsn stop, Duration waited, Lsn reached) {
        return new BackupException(
                "backup.wal-timeout",
                ProblemKind.UNAVAILABLE,
                "WAL up to %s was not in the repository after %d s: it is there up to %s"
                        .formatted(stop, waited.toSeconds(), reached),
                "see what slows the repository or the connection to the server down, or raise --wal-timeout");
    }

    static BackupException walBroken(String explanation) {
        return new BackupException(
                "backup.wal-broken",
                ProblemKind.DAMAGED,
                "the WAL that the backup needs cannot be replayed: " + explanation,
                "look for disk or memory errors on the database host; the backup was not completed");
    }

    static BackupException controlFileUnreadable(Path file) {
        return new BackupException(
                "backup.control-file",
                ProblemKind.DAMAGED,
                "'%s' does not hold a control file that holdfast can read".formatted(file),
                "check it with pg_controldata; PostgreSQL 14 to 18 are supported");
    }

    static BackupException unsupportedVersion(String version) {
        return new BackupException(
                "backup.version",
                ProblemKind.REFUSED,
                "PostgreSQL %s is not supported".formatted(version),
                "versions 14 to 18 are");
    }

    static BackupException otherHost(Path directory) {
        return new BackupException(
                "backup.other-host",
                ProblemKind.REFUSED,
                "'%s' on this host is not the data directory of the server".formatted(directory),
                "run holdfast on the host where the server runs, as the user that owns the data directory");
    }

    static BackupException interrupted() {
        return new BackupException(
                "backup.interrupted", ProblemKind.UNAVAILABLE, "the backup was interrupted", "run it again");
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
