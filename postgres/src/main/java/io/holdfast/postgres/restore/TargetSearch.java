package io.holdfast.postgres.restore;

import io.holdfast.postgres.restore.RestorePlan.Stop;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.WalEvent;
import io.holdfast.postgres.wal.WalTransaction;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Function;

/**
 * Finds where recovery along a path would stop, by the rules of the server: recoveryStopsBefore and recoveryStopsAfter
 * in src/backend/access/transam/xlogrecovery.c. Whatever matches first in the order of the WAL counts.
 */
final class TargetSearch {

    private final RecoveryPath path;
    private final Lsn consistent;

    TargetSearch(RecoveryPath path) {
        this.path = path;
        this.consistent = path.backup().details().stop();
    }

    Resolution find(RecoveryTarget target) {
        return switch (target) {
            case RecoveryTarget.Latest _ -> atEnd();
            case RecoveryTarget.Immediate _ -> atConsistency();
            case RecoveryTarget.Position position -> position(position.position(), position.inclusive());
            case RecoveryTarget.Time time -> time(time);
            case RecoveryTarget.Transaction transaction -> transaction(transaction);
            case RecoveryTarget.RestorePoint point -> restorePoint(point);
        };
    }

    private Resolution atEnd() {
        return new Resolution.Found(new Stop.AtEnd(path.end()), lastCommitUpTo(path.end()));
    }

    /** The server notices that it is consistent when it looks at a record that follows; a backup's own WAL may have none. */
    private Resolution atConsistency() {
        return consistent.isBefore(path.end()) ? at(consistent, consistent) : atEnd();
    }

    private Resolution position(Lsn position, boolean inclusive) {
        if (position.isBefore(consistent)) {
            return new Resolution.TooEarly();
        }
        if (position.isAfter(path.end())) {
            return new Resolution.NotReached();
        }
        // A record that begins there or later must follow for the server to stop; without one this is the end.
        return path.records()
                .firstFrom(position)
                .<Resolution>map(record -> at(position, inclusive ? record.end() : record.begin()))
                .orElseGet(this::atEnd);
    }

    private Resolution at(Lsn position, Lsn end) {
        return new Resolution.Found(new Stop.AtTarget(position, end), lastCommitUpTo(end));
    }

    private Resolution time(RecoveryTarget.Time target) {
        if (target.time().isBefore(path.backup().details().stopTime())) {
            return new Resolution.TooEarly();
        }
        var found = first(stretch -> stretch.firstAfter(target.time(), target.inclusive()));
        if (found.isPresent()) {
            return before(found.get().end());
        }
        return target.time().isAfter(path.until()) ? new Resolution.NotReached() : atEnd();
    }

    private Resolution transaction(RecoveryTarget.Transaction target) {
        return first(stretch -> stretch.footer()
                        .index()
                        .endOfTransaction(target.inWal())
                        .filter(transaction -> stretch.holds(transaction.end())))
                .map(transaction -> target.inclusive() ? after(transaction.end()) : before(transaction.end()))
                .orElseGet(Resolution.NotReached::new);
    }

    private Resolution restorePoint(RecoveryTarget.RestorePoint target) {
        return first(stretch -> stretch.footer().index().restorePoints(target.name()).stream()
                        .filter(point -> stretch.holds(point.end()))
                        .findFirst())
                .map(WalEvent.RestorePoint::end)
                .map(this::after)
                .orElseGet(Resolution.NotReached::new);
    }

    private <T> Optional<T> first(Function<RecoveryPath.Stretch, Optional<T>> search) {
        return path.stretches()
                .flatMap(stretch -> search.apply(stretch).stream())
                .findFirst();
    }

    private Resolution after(Lsn recordEnd) {
        return recordEnd.isAfter(consistent) ? at(recordEnd, recordEnd) : new Resolution.TooEarly();
    }

    private Resolution before(Lsn recordEnd) {
        return recordEnd.isAfter(consistent)
                ? at(recordEnd, path.records().lastBefore(recordEnd).orElse(recordEnd))
                : new Resolution.TooEarly();
    }

    private Optional<WalTransaction> lastCommitUpTo(Lsn position) {
        var last = Optional.<WalTransaction>empty();
        for (Iterator<RecoveryPath.Stretch> stretches = path.stretches().iterator(); stretches.hasNext(); ) {
            var stretch = stretches.next();
            if (!stretch.footer().range().start().isBefore(position)) {
                break;
            }
            var found = stretch.footer().range().end().isAfter(position)
                    ? stretch.lastCommitUpTo(position)
                    : stretch.lastCommit();
            last = found.or(optional(last));
        }
        return last;
    }

    private static <T> java.util.function.Supplier<Optional<T>> optional(Optional<T> value) {
        return () -> value;
    }
}
