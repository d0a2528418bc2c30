package io.holdfast.postgres.restore;

import io.holdfast.postgres.archive.Divergence;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.pack.BackupId;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/** Whether a target can be recovered to, decided before a byte is copied. */
public sealed interface Reachability {

    record Reachable(RestorePlan plan) implements Reachability {}

    /** No backup is there that could be used. */
    record NoBackup() implements Reachability {}

    /** The target is older than the oldest backup's end: nothing can be replayed backwards. */
    record BeforeFirstBackup(BackupId backup, Lsn earliest, Instant earliestTime) implements Reachability {}

    /** WAL is missing in the middle. */
    record Gap(Lsn lastGood, Lsn resumesAt) implements Reachability {}

    /** The target follows a point from where on two sources have different WAL. */
    record Diverged(Divergence divergence) implements Reachability {}

    /**
     * The target follows the newest WAL.
     *
     * @param until the server's clock, by the best that is known, at {@code newest}
     */
    record InTheFuture(Lsn newest, Instant until) implements Reachability {}

    record UnknownTransaction(long xid, Lsn from, Lsn to) implements Reachability {}

    record UnknownRestorePoint(String name, Lsn from, Lsn to) implements Reachability {}

    record UnknownTimeline(TimelineId timeline, List<TimelineId> known) implements Reachability {}

    record UnknownBackup(BackupId backup) implements Reachability {}

    /**
     * The backup needs WAL that is not there to become consistent.
     *
     * @param end of the WAL that follows its start without a hole
     */
    record Incomplete(BackupId backup, Lsn end, Lsn stop) implements Reachability {}

    /** Recovery would reach the target before the backup is consistent. */
    record BeforeConsistency(BackupId backup, Lsn stop) implements Reachability {}

    /** The target lies in several branches of the history. */
    record Ambiguous(List<Branch> branches) implements Reachability {}

    /**
     * One of several answers.
     *
     * @param begins the first position of its own
     * @param stop where recovery would stop on it
     */
    record Branch(TimelineId timeline, Lsn begins, Lsn stop) {

        @Override
        public String toString() {
            return "timeline %s (from %s): stops at %s".formatted(timeline, begins, stop);
        }
    }

    /** Whether the target exists, once or more than once. */
    default boolean isThere() {
        return this instanceof Reachable || this instanceof Ambiguous;
    }

    /** Whether WAL is missing, or contradicts itself, that should be there; else only the question has no answer. */
    default boolean isLoss() {
        return this instanceof Gap || this instanceof Diverged || this instanceof Incomplete;
    }

    default String explain() {
        return switch (this) {
            case Reachable r ->
                "reachable with backup %s".formatted(r.plan().backup().id());
            case NoBackup _ -> "there is no backup on the way to it";
            case BeforeFirstBackup b ->
                "before the first backup, %s, which ends at %s (%s)"
                        .formatted(b.backup(), b.earliest(), b.earliestTime());
            case Gap g -> "WAL is missing between %s and %s".formatted(g.lastGood(), g.resumesAt());
            case Diverged d -> d.divergence().explain();
            case InTheFuture f -> "newer than the newest WAL (%s, covered until %s)".formatted(f.newest(), f.until());
            case UnknownTransaction x ->
                "transaction %s does not end between %s and %s"
                        .formatted(Long.toUnsignedString(x.xid()), x.from(), x.to());
            case UnknownRestorePoint r ->
                "there is no restore point '%s' between %s and %s".formatted(r.name(), r.from(), r.to());
            case UnknownTimeline t -> "there is no timeline %s, only %s".formatted(t.timeline(), t.known());
            case UnknownBackup b -> "there is no backup %s".formatted(b.backup());
            case Incomplete i ->
                "backup %s needs WAL up to %s, and it ends at %s".formatted(i.backup(), i.stop(), i.end());
            case BeforeConsistency c -> "backup %s is consistent only from %s on".formatted(c.backup(), c.stop());
            case Ambiguous a ->
                "it lies in %d branches of the history: %s"
                        .formatted(
                                a.branches().size(),
                                a.branches().stream().map(Branch::toString).collect(Collectors.joining("; ")));
        };
    }
}
