package io.holdfast.postgres.restore;

import io.holdfast.postgres.archive.Divergence;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalEvent;
import io.holdfast.postgres.wal.WalTransaction;
import io.holdfast.repository.pack.BackupId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Chooses backup and timeline for a target, from what the repository holds. Decides only; copies nothing.
 *
 * <p>Every branch of the history is looked at. Of each, the newest backup counts from which recovery stops at the target
 * and no earlier than the backup is consistent. A stop that lies before a branch begins belongs to its parent.
 */
public final class RestorePlanner {

    private final RecoveryCatalogue catalogue;

    public RestorePlanner(RecoveryCatalogue catalogue) {
        this.catalogue = catalogue;
    }

    private record Candidate(RecoveryPath path, Resolution.Found found) {

        private TimelineId timeline() {
            return path.timeline();
        }

        /** Whether the stop lies in what belongs to this branch alone. */
        private boolean isOwn() {
            var at = found.stop().at();
            return path.history().timelineAt(at).equals(timeline())
                    || (found.stop() instanceof RestorePlan.Stop.AtEnd
                            && !at.isBefore(path.history().begin()));
        }
    }

    public Reachability decide(RecoveryTarget target, Optional<TimelineId> timeline, Optional<BackupId> backup) {
        var backups = catalogue.backups().stream()
                .filter(candidate -> backup.isEmpty() || candidate.id().equals(backup.get()))
                .toList();
        if (backups.isEmpty()) {
            return backup.<Reachability>map(Reachability.UnknownBackup::new).orElseGet(Reachability.NoBackup::new);
        }
        var branches = timeline.map(wanted -> catalogue.branch(wanted).stream().toList())
                .orElseGet(catalogue::branches);
        if (branches.isEmpty()) {
            return timeline.<Reachability>map(wanted -> new Reachability.UnknownTimeline(
                            wanted,
                            catalogue.branches().stream()
                                    .map(TimelineHistory::timeline)
                                    .toList()))
                    .orElseGet(() -> withoutWal(backups.getFirst()));
        }
        if (target instanceof RecoveryTarget.Immediate && timeline.isEmpty()) {
            return immediate(backups, backup);
        }
        var found = new ArrayList<Candidate>();
        var failed = new ArrayList<RecoveryPath>();
        for (var branch : branches) {
            search(target, branch, backups, found, failed);
        }
        return choose(target, timeline, found).orElseGet(() -> whyNot(target, backups, failed, backup));
    }

    /** Adds what is found on a branch, or the paths on which the target was not reached. */
    private void search(
            RecoveryTarget target,
            TimelineHistory branch,
            List<StoredBackup> backups,
            List<Candidate> found,
            List<RecoveryPath> failed) {
        for (var backup : backups) {
            var path = RecoveryPath.of(backup, branch, catalogue.archive());
            if (path.isEmpty()) {
                continue;
            }
            if (!path.get().isConsistent()) {
                failed.add(path.get());
                continue;
            }
            switch (new TargetSearch(path.get()).find(target)) {
                case Resolution.Found stop -> {
                    found.add(new Candidate(path.get(), stop));
                    return;
                }
                case Resolution.TooEarly _ -> {}
                case Resolution.NotReached _ -> failed.add(path.get());
            }
        }
    }

    private Optional<Reachability> choose(RecoveryTarget target, Optional<TimelineId> timeline, List<Candidate> found) {
        if (found.isEmpty()) {
            return Optional.empty();
        }
        if (timeline.isPresent()) {
            return Optional.of(reachable(target, found.getFirst(), List.of()));
        }
        if (target instanceof RecoveryTarget.Latest) {
            var newest = found.stream()
                    .max(Comparator.comparing(Candidate::timeline))
                    .orElseThrow();
            var notes = found.size() > 1
                    ? List.of("timeline %s is the newest of %d branches".formatted(newest.timeline(), found.size()))
                    : List.<String>of();
            return Optional.of(reachable(target, newest, notes));
        }
        var own = found.stream().filter(Candidate::isOwn).toList();
        var lying =
                own.stream().filter(candidate -> hadBegun(candidate, target)).toList();
        var candidates = lying.isEmpty() ? own : lying;
        if (candidates.size() > 1) {
            return Optional.of(new Reachability.Ambiguous(candidates.stream()
                    .map(candidate -> new Reachability.Branch(
                            candidate.timeline(),
                            candidate.path().history().begin(),
                            candidate.found().stop().at()))
                    .toList()));
        }
        return candidates.stream().findFirst().map(candidate -> reachable(target, candidate, List.of()));
    }

    /**
     * A time from before a branch was made does not lie in it, even if the next commit after that time does. Where only a
     * checkpoint tells when that was, in whole seconds, a time in the same second may lie in it.
     */
    private static boolean hadBegun(Candidate candidate, RecoveryTarget target) {
        return !(target instanceof RecoveryTarget.Time time)
                || beginTime(candidate.path())
                        .filter(begin -> begin.isAfter(time.time()))
                        .isEmpty();
    }

    private static Optional<Instant> beginTime(RecoveryPath path) {
        if (path.history().forks().isEmpty()) {
            return Optional.empty();
        }
        return path.ownStretches()
                .flatMap(stretch -> Stream.concat(
                        stretch.footer().index().events().stream()
                                .filter(event -> stretch.holds(event.end()))
                                .flatMap(RestorePlanner::time),
                        stretch.transactions().limit(1).map(WalTransaction::time)))
                .findFirst();
    }

    private static Stream<Instant> time(WalEvent event) {
        return switch (event) {
            case WalEvent.EndOfRecovery end -> Stream.of(end.time());
            case WalEvent.Checkpoint checkpoint -> Stream.of(checkpoint.time());
            default -> Stream.empty();
        };
    }

    private Reachability immediate(List<StoredBackup> backups, Optional<BackupId> chosen) {
        var failed = new ArrayList<RecoveryPath>();
        for (var backup : backups) {
            var path = catalogue
                    .branch(backup.details().timeline())
                    .flatMap(branch -> RecoveryPath.of(backup, branch, catalogue.archive()));
            if (path.isPresent() && !path.get().isConsistent()) {
                failed.add(path.get());
            } else if (path.isPresent()) {
                var target = new RecoveryTarget.Immediate();
                var found = (Resolution.Found) new TargetSearch(path.get()).find(target);
                return reachable(target, new Candidate(path.get(), found), List.of());
            }
        }
        if (chosen.isEmpty()) {
            return new Reachability.NoBackup();
        }
        return failed.stream()
                .findFirst()
                .map(RestorePlanner::incomplete)
                .orElseGet(() -> withoutWal(backups.getFirst()));
    }

    /** Not even what its start lies in is there. */
    private static Reachability withoutWal(StoredBackup backup) {
        return new Reachability.Incomplete(
                backup.id(), backup.details().start(), backup.details().stop());
    }

    private static Reachability incomplete(RecoveryPath path) {
        return new Reachability.Incomplete(
                path.backup().id(), path.end(), path.backup().details().stop());
    }

    private static Reachability reachable(RecoveryTarget target, Candidate candidate, List<String> notes) {
        var path = candidate.path();
        var cutShort =
                candidate.found().stop() instanceof RestorePlan.Stop.AtEnd ? whyItEnds(path) : Optional.<String>empty();
        var all = Stream.concat(notes.stream(), cutShort.stream()).toList();
        return new Reachability.Reachable(new RestorePlan(
                path.backup(),
                target,
                path.history(),
                path.legs(),
                path.end(),
                candidate.found().stop(),
                candidate.found().lastCommit(),
                path.coveredUntil(),
                cutShort,
                all));
    }

    private static Optional<String> whyItEnds(RecoveryPath path) {
        return path.divergence()
                .map(Divergence::explain)
                .or(() -> path.resumesAt()
                        .map(resumes ->
                                "WAL is missing between %s and %s: nothing after that hole can be recovered from this backup"
                                        .formatted(path.end(), resumes)));
    }

    private Reachability whyNot(
            RecoveryTarget target, List<StoredBackup> backups, List<RecoveryPath> failed, Optional<BackupId> chosen) {
        if (failed.isEmpty()) {
            var oldest = backups.getLast();
            var details = oldest.details();
            return chosen.<Reachability>map(id -> new Reachability.BeforeConsistency(id, details.stop()))
                    .orElseGet(
                            () -> new Reachability.BeforeFirstBackup(oldest.id(), details.stop(), details.stopTime()));
        }
        var furthest =
                failed.stream().max(Comparator.comparing(RecoveryPath::end)).orElseThrow();
        if (furthest.divergence().isPresent()) {
            return new Reachability.Diverged(furthest.divergence().get());
        }
        var earliest = failed.stream()
                .map(path -> path.backup().details().stop())
                .min(Comparator.naturalOrder())
                .orElse(Lsn.NONE);
        return switch (target) {
            case RecoveryTarget.Transaction x -> new Reachability.UnknownTransaction(x.xid(), earliest, furthest.end());
            case RecoveryTarget.RestorePoint point ->
                new Reachability.UnknownRestorePoint(point.name(), earliest, furthest.end());
            case RecoveryTarget.Time time ->
                gap(furthest).filter(_ -> !isBeyondEverything(time.time())).orElseGet(() -> future(furthest));
            case RecoveryTarget.Position position ->
                gap(furthest)
                        .filter(gap -> !isBeyondEverything(position.position()))
                        .orElseGet(() -> future(furthest));
            case RecoveryTarget.Latest _, RecoveryTarget.Immediate _ ->
                gap(furthest)
                        .orElseGet(() -> chosen.map(_ -> incomplete(furthest)).orElseGet(Reachability.NoBackup::new));
        };
    }

    private static Optional<Reachability> gap(RecoveryPath path) {
        return path.resumesAt().map(resumes -> new Reachability.Gap(path.end(), resumes));
    }

    private Reachability future(RecoveryPath path) {
        return new Reachability.InTheFuture(
                path.end(), RecoverableWindow.of(path).until());
    }

    private boolean isBeyondEverything(Lsn position) {
        return catalogue.archive().timelines().stream()
                .flatMap(timeline -> catalogue.archive().coverage(timeline).stream())
                .noneMatch(range -> !range.end().isBefore(position));
    }

    private boolean isBeyondEverything(Instant time) {
        return catalogue.windows().stream().allMatch(window -> window.until().isBefore(time))
                && catalogue.archive().timelines().stream()
                        .flatMap(timeline -> catalogue.archive().coverage(timeline).stream())
                        .flatMap(range -> catalogue.archive().newest(range.timeline(), range.start()).stream())
                        .noneMatch(footer -> footer.coveredUntil()
                                .or(() -> footer.index().latest())
                                .filter(until -> !until.isBefore(time))
                                .isPresent());
    }
}
