package io.holdfast.postgres.retention;

import io.holdfast.postgres.archive.ClaimIndex;
import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.SessionJudge;
import io.holdfast.postgres.archive.WalNeeds;
import io.holdfast.postgres.archive.WalRange;
import io.holdfast.postgres.backup.BackupDetails;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.Repository;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.manifest.StoredManifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.removal.Contents;
import io.holdfast.repository.retention.Branch;
import io.holdfast.repository.retention.Candidate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a repository of PostgreSQL clusters holds, as a keeper has to know it: listed anew in each of its runs. Confined to one thread. */
public final class PostgresContents implements Contents {

    /** The highest position there is. */
    private static final Lsn END = new Lsn(-1);

    private static final Comparator<Backup> BY_AGE =
            Comparator.comparing(Backup::order).thenComparing(Backup::stored);

    private final Repository repository;
    private final Duration window;
    private final Ages ages;
    private Optional<ClaimIndex> listed = Optional.empty();
    private final List<Backup> backups = new ArrayList<>();
    private final Set<BackupId> withoutWal = new HashSet<>();

    /** From when on the age of a backup, and of WAL before it, counts. */
    public enum Ages {

        /** From when it arrived in this store. */
        FROM_ARRIVAL,

        /**
         * From when the backup was taken, in a place that is kept like others: what it got later than they would stay there for as much
         * longer, and come back to them from it when they have let it go.
         */
        FROM_BACKUP
    }

    /**
     * Reads nothing yet. Ages count from arrival.
     *
     * @param window of which any moment can be recovered to
     */
    public PostgresContents(Repository repository, Duration window) {
        this(repository, window, Ages.FROM_ARRIVAL);
    }

    /** The same with ages that count otherwise. */
    public PostgresContents(Repository repository, Duration window, Ages ages) {
        this.repository = repository;
        this.window = window;
        this.ages = ages;
    }

    /**
     * A backup that counts.
     *
     * @param stored from when its age counts
     */
    private record Backup(Manifest manifest, BackupDetails details, Instant stored) {

        BackupId id() {
            return manifest.id();
        }

        Instant order() {
            return details.stopTime().isAfter(stored) ? stored : details.stopTime();
        }

        boolean isOnTheWay(TimelineHistory history) {
            return history.passes(details.timeline(), details.stop());
        }
    }

    @Override
    public History history(List<StoredManifest> manifests) {
        var index = ClaimIndex.read(repository);
        listed = Optional.of(index);
        backups.clear();
        withoutWal.clear();
        for (var found : manifests) {
            var details = BackupDetails.of(found.manifest());
            backups.add(new Backup(found.manifest(), details, stored(found, details)));
            if (details.ownWal()) {
                index.addOwn(found.manifest().id(), found.manifest().generation());
            }
        }
        for (var generation : index.generations()) {
            var histories = histories(generation.number());
            of(generation.number())
                    .filter(backup -> !hasWal(backup, histories))
                    .map(Backup::id)
                    .forEach(withoutWal::add);
        }
        return new History(
                backups.stream()
                        .map(backup -> new Candidate(
                                backup.id(),
                                backup.manifest().generation(),
                                backup.details().stopTime(),
                                backup.stored(),
                                !withoutWal.contains(backup.id())))
                        .toList(),
                index.generations().stream().flatMap(this::branches).toList(),
                index.newest(),
                index.unreadable());
    }

    /**
     * Where the backup was committed that was before its deadline, by the clock of that store; by that of the server it was at its
     * stop. Both must be wrong to make it older than it is.
     */
    private Instant stored(StoredManifest found, BackupDetails details) {
        return switch (ages) {
            case FROM_ARRIVAL -> found.stored();
            case FROM_BACKUP ->
                Stream.of(found.manifest().deadline(), details.stopTime())
                        .max(Comparator.naturalOrder())
                        .filter(found.stored()::isAfter)
                        .orElse(found.stored());
        };
    }

    /** Whether all WAL is listed without which it is not consistent, on whatever branch. */
    private boolean hasWal(Backup backup, List<TimelineHistory> histories) {
        return histories.stream()
                .filter(backup::isOnTheWay)
                .anyMatch(history -> index().leads(
                                backup.id(),
                                backup.manifest().generation(),
                                history,
                                backup.details().start(),
                                backup.details().stop()));
    }

    private ClaimIndex index() {
        return listed.orElseThrow();
    }

    private Stream<Branch> branches(Generation generation) {
        return histories(generation.number()).stream()
                .flatMap(history -> until(generation.number(), history.timeline())
                        .map(until -> new Branch(
                                "timeline %s of generation %d".formatted(history.timeline(), generation.number()),
                                of(generation.number())
                                        .filter(backup -> backup.isOnTheWay(history))
                                        .map(Backup::id)
                                        .collect(Collectors.toSet()),
                                until))
                        .stream());
    }

    private Stream<Backup> of(int generation) {
        return backups.stream().filter(backup -> backup.manifest().generation() == generation);
    }

    private List<TimelineHistory> histories(int generation) {
        var timelines = new TreeSet<>(index().timelines(generation));
        of(generation).forEach(backup -> timelines.add(backup.details().timeline()));
        return timelines.stream()
                .map(timeline -> index().history(generation, timeline))
                .toList();
    }

    /** The newest that was stored of a timeline. */
    private Optional<Instant> until(int generation, TimelineId timeline) {
        return Stream.concat(
                        index().newest(generation, timeline).stream(),
                        of(generation)
                                .filter(backup -> backup.details().timeline().equals(timeline))
                                .map(Backup::stored))
                .max(Comparator.naturalOrder());
    }

    @Override
    public Judge judge(Kept kept) {
        var begin = kept.now().minus(window);
        var staying = new HashSet<BackupId>();
        kept.backups().forEach(manifest -> staying.add(manifest.id()));
        var broken = new HashSet<>(withoutWal);
        broken.addAll(kept.lacking());
        var needs = new HashMap<Integer, WalNeeds>();
        var begun = kept.backups().stream()
                .filter(manifest -> !broken.contains(manifest.id()))
                .mapToInt(Manifest::generation)
                .max()
                .orElse(0);
        for (var generation : index().generations()) {
            var own = of(generation.number())
                    .filter(backup -> staying.contains(backup.id()))
                    .toList();
            var wal = new WalNeeds(generation);
            if (generation.number() >= begun) {
                addNewest(generation.number(), reliable(own, broken), wal);
            }
            addWindow(generation.number(), reliable(own, broken), begin, wal);
            addOwn(generation.number(), own, wal);
            needs.put(generation.number(), wal);
        }
        addHolds(kept, needs);
        kept.running().stream()
                .min(Comparator.naturalOrder())
                .ifPresent(since -> index().addSince(since, needs.values()));
        return new SessionJudge(
                repository, index(), needs.values(), begin, (generation, range) -> isBefore(begin, generation, range));
    }

    /** Whether WAL was there before a time, whenever it arrived: a backup that is older begins after it. */
    private boolean isBefore(Instant time, Generation generation, WalRange range) {
        return ages == Ages.FROM_BACKUP
                && of(generation.number())
                        .anyMatch(backup -> backup.stored().isBefore(time)
                                && backup.details().timeline().equals(range.timeline())
                                && !backup.details().start().isBefore(range.end()));
    }

    /** Those of which nothing is missing, but all where there is none. */
    private static List<Backup> reliable(List<Backup> own, Set<BackupId> broken) {
        var found = own.stream().filter(backup -> !broken.contains(backup.id())).toList();
        return found.isEmpty() ? own : found;
    }

    /**
     * All that has followed the newest backup: a server that writes nothing for longer than the window while its capture
     * says so, and of which nobody takes a backup, is recovered from this. Also of the generation before the newest, while
     * that has no backup.
     */
    private void addNewest(int generation, List<Backup> own, WalNeeds wal) {
        var newest = own.stream().max(BY_AGE);
        if (newest.isEmpty()) {
            wal.addEverything();
            return;
        }
        histories(generation).stream()
                .filter(newest.get()::isOnTheWay)
                .forEach(history -> wal.addAlong(history, newest.get().details().start()));
    }

    /** On every branch that goes on within the window: from where its beginning is restored from, to the end. */
    private void addWindow(int generation, List<Backup> own, Instant begin, WalNeeds wal) {
        for (var history : histories(generation)) {
            var onTheWay = own.stream()
                    .filter(backup -> backup.isOnTheWay(history))
                    .sorted(BY_AGE)
                    .toList();
            var isLive = until(generation, history.timeline())
                    .filter(until -> !until.isBefore(begin))
                    .isPresent();
            if (isLive && !onTheWay.isEmpty()) {
                var anchor = onTheWay.reversed().stream()
                        .filter(backup -> backup.stored().isBefore(begin))
                        .findFirst()
                        .orElse(onTheWay.getFirst());
                wal.addAlong(history, anchor.details().start());
            }
        }
    }

    /** What makes each backup consistent. */
    private void addOwn(int generation, List<Backup> own, WalNeeds wal) {
        own.stream().filter(backup -> !backup.details().ownWal()).forEach(backup -> {
            var details = backup.details();
            wal.addAlong(index().history(generation, details.timeline()), details.start(), details.stop());
        });
    }

    private static void addHolds(Kept kept, Map<Integer, WalNeeds> needs) {
        for (var hold : kept.holds()) {
            HeldWal.of(hold)
                    .ifPresent(held -> needs.computeIfPresent(held.generation(), (_, wal) -> {
                        wal.addOnEvery(held.from(), held.to().orElse(END));
                        return wal;
                    }));
        }
    }
}
