package io.holdfast.postgres.restore;

import io.holdfast.postgres.archive.Divergence;
import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.archive.WalFooter;
import io.holdfast.postgres.archive.WalRange;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalTransaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The WAL that a server replays from one backup towards the end of one branch: from the segment in which the backup
 * starts, through the forks, up to the end of the branch or the first hole.
 */
final class RecoveryPath {

    /** WAL up to here, on a timeline, from one object of the repository; only what lies within the leg counts. */
    record Stretch(WalRange leg, WalFooter footer) {

        /** Whether every record that ends in the object belongs to the leg. */
        private boolean isWithin() {
            return !footer.range().start().isBefore(leg.start())
                    && !footer.range().end().isAfter(leg.end());
        }

        Stream<WalTransaction> transactions() {
            var all = footer.index().transactions();
            return isWithin() ? all : all.filter(transaction -> holds(transaction.end()));
        }

        boolean holds(Lsn recordEnd) {
            return recordEnd.isAfter(leg.start()) && !recordEnd.isAfter(leg.end());
        }

        Optional<WalTransaction> firstAfter(Instant time, boolean inclusive) {
            if (isWithin()) {
                return inclusive
                        ? footer.index().firstAfter(time)
                        : footer.index().firstAtOrAfter(time);
            }
            return transactions()
                    .filter(transaction -> inclusive
                            ? transaction.time().isAfter(time)
                            : !transaction.time().isBefore(time))
                    .findFirst();
        }

        Optional<WalTransaction> lastCommit() {
            return isWithin()
                    ? footer.index().lastCommit()
                    : transactions().filter(WalTransaction::committed).reduce((_, last) -> last);
        }

        Optional<WalTransaction> lastCommitUpTo(Lsn position) {
            return transactions()
                    .filter(transaction ->
                            transaction.committed() && !transaction.end().isAfter(position))
                    .reduce((_, last) -> last);
        }
    }

    private final StoredBackup backup;
    private final TimelineHistory history;
    private final List<WalRange> legs;
    private final WalArchive archive;

    private RecoveryPath(StoredBackup backup, TimelineHistory history, List<WalRange> legs, WalArchive archive) {
        this.backup = backup;
        this.history = history;
        this.legs = List.copyOf(legs);
        this.archive = archive;
    }

    /** Empty if the backup is not an ancestor of the end of this branch. */
    static Optional<RecoveryPath> of(StoredBackup backup, TimelineHistory history, WalArchive archive) {
        var details = backup.details();
        if (!history.passes(details.timeline(), details.stop())) {
            return Optional.empty();
        }
        var start = archive.generation().walSegmentSize().start(details.start());
        return Optional.of(new RecoveryPath(backup, history, legs(start, history, archive), archive));
    }

    private static List<WalRange> legs(Lsn start, TimelineHistory history, WalArchive archive) {
        var legs = new ArrayList<WalRange>();
        var position = start;
        while (true) {
            var leg = leg(position, history, archive);
            if (leg.isEmpty()) {
                return legs;
            }
            legs.add(leg.get());
            position = leg.get().end();
        }
    }

    /**
     * The segment in which a timeline begins has a copy of its parent's bytes, so a newer timeline can have what its
     * ancestor lacks.
     */
    private static Optional<WalRange> leg(Lsn position, TimelineHistory history, WalArchive archive) {
        var own = history.timelineAt(position);
        var newer = Stream.concat(
                history.forks().stream().map(TimelineHistory.Fork::parent), Stream.of(history.timeline()));
        return newer.filter(timeline -> timeline.compareTo(own) >= 0)
                .flatMap(timeline -> archive
                        .coveredFrom(timeline, position)
                        .map(covered -> history.leftAt(timeline)
                                .map(left -> Lsn.earlier(left, covered))
                                .orElse(covered))
                        .filter(end -> end.isAfter(position))
                        .map(end -> new WalRange(timeline, position, end))
                        .stream())
                .findFirst();
    }

    StoredBackup backup() {
        return backup;
    }

    TimelineHistory history() {
        return history;
    }

    TimelineId timeline() {
        return history.timeline();
    }

    List<WalRange> legs() {
        return legs;
    }

    /** Whether the WAL suffices to make the backup consistent. */
    boolean isConsistent() {
        return !end().isBefore(backup.details().stop());
    }

    /** The end of the last whole record. */
    Lsn end() {
        if (legs.isEmpty()) {
            return backup.details().start();
        }
        var last = legs.getLast();
        return archive.newest(last.timeline(), last.start())
                .map(footer -> Lsn.earlier(last.end(), Lsn.later(last.start(), footer.validEnd())))
                .orElse(last.start());
    }

    /** The timeline on which it ends: an older one than that of the branch if a hole is in the way. */
    TimelineId endTimeline() {
        return history.timelineAt(end());
    }

    /** Where WAL goes on after the hole that ends this path, on the same branch. */
    Optional<Lsn> resumesAt() {
        var end = end();
        return Stream.concat(history.forks().stream().map(TimelineHistory.Fork::parent), Stream.of(history.timeline()))
                .flatMap(timeline -> archive.coverage(timeline).stream())
                .filter(range -> history.passes(range.timeline(), range.start()))
                .map(WalRange::start)
                .filter(start -> start.isAfter(end))
                .min(Comparator.naturalOrder());
    }

    /** What ends this path, if sources contradict each other there. */
    Optional<Divergence> divergence() {
        var reached = legs.isEmpty() ? backup.details().start() : legs.getLast().end();
        return Stream.concat(history.forks().stream().map(TimelineHistory.Fork::parent), Stream.of(history.timeline()))
                .flatMap(timeline -> archive.divergence(timeline).stream())
                .filter(found -> history.passes(found.timeline(), found.at())
                        && (found.at().equals(reached)
                                || (legs.isEmpty() && found.at().isBefore(reached))))
                .findFirst();
    }

    Optional<Instant> coveredUntil() {
        if (legs.isEmpty()) {
            return Optional.empty();
        }
        var last = legs.getLast();
        return history.leftAt(last.timeline()).filter(last.end()::equals).isPresent()
                ? Optional.empty()
                : archive.coveredUntil(last.timeline(), last.start());
    }

    /** Up to which time it reaches: nothing that was committed later is known, or could be replayed. */
    Instant until() {
        return Stream.of(coveredUntil(), newestCommit())
                .flatMap(Optional::stream)
                .reduce(backup.details().stopTime(), (a, b) -> b.isAfter(a) ? b : a);
    }

    /** The time of the newest commit on this path. */
    Optional<Instant> newestCommit() {
        return stretches()
                .flatMap(stretch -> stretch.lastCommit().stream())
                .reduce((_, last) -> last)
                .map(WalTransaction::time);
    }

    RecordSearch records() {
        return new RecordSearch(archive, history, legs);
    }

    Stream<Stretch> stretches() {
        return legs.stream()
                .flatMap(leg -> archive.footers(leg.timeline(), leg.start())
                        .takeWhile(footer -> footer.range().start().isBefore(leg.end()))
                        .map(footer -> new Stretch(leg, footer)));
    }

    /** The stretches of the branch's own timeline. */
    Stream<Stretch> ownStretches() {
        return stretches().filter(stretch -> stretch.leg().timeline().equals(timeline()));
    }
}
