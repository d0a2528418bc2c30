package io.holdfast.cli.inventory;

import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.archive.WalFooter;
import io.holdfast.postgres.restore.StoredBackup;
import io.holdfast.postgres.verify.Proofs;
import io.holdfast.postgres.wal.WalIndex;
import io.holdfast.postgres.wal.WalTransaction;
import io.holdfast.repository.Repository;
import io.holdfast.repository.frame.Unreadable;
import io.holdfast.repository.manifest.CopyNote;
import io.holdfast.repository.pack.BackupId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * All that a repository holds, as one document.
 *
 * @param location of the repository
 * @param backups in the order in which they began
 * @param windows what can be recovered
 * @param unusable backups whose own WAL is not complete: they cannot be restored
 * @param remarks what stands in the way of more, for people
 */
public record Inventory(
        String name,
        String id,
        String location,
        List<GenerationEntry> generations,
        List<BackupEntry> backups,
        List<CoverageEntry> wal,
        List<WindowEntry> windows,
        List<UnusableBackup> unusable,
        List<String> remarks) {

    /**
     * A backup that is there and cannot be used.
     *
     * @param reason for people
     */
    public record UnusableBackup(String id, String reason) {}

    public Inventory {
        generations = List.copyOf(generations);
        backups = List.copyOf(backups);
        wal = List.copyOf(wal);
        windows = List.copyOf(windows);
        unusable = List.copyOf(unusable);
        remarks = List.copyOf(remarks);
    }

    public static Inventory read(Repository repository) {
        var generations = Generation.all(repository);
        var backups = repository.manifests().readAll().parallelStream()
                .map(StoredBackup::of)
                .sorted(Comparator.comparing(backup -> backup.manifest().begun()))
                .toList();
        var remarks = new ArrayList<String>();
        var wal = new ArrayList<CoverageEntry>();
        var windows = new ArrayList<WindowEntry>();
        var unusable = new ArrayList<UnusableBackup>();
        for (var generation : generations) {
            var archive = WalArchive.load(repository, generation);
            var own = backups.stream()
                    .filter(backup -> backup.manifest().generation() == generation.number())
                    .toList();
            var found = archive.settled(() -> Recoverable.of(archive, own));
            wal.addAll(found.coverage());
            remarks.addAll(found.holes());
            windows.addAll(found.windows());
            unusable.addAll(found.unusable());
            archive.divergences().forEach(divergence -> remarks.add(divergence.explain()));
            if (own.isEmpty() && !backups.isEmpty() && generation.equals(generations.getLast())) {
                remarks.add("there is no backup of generation %d yet: nothing of it can be recovered"
                        .formatted(generation.number()));
            }
        }
        unusable.addAll(ofNoGeneration(backups, generations));
        if (backups.isEmpty()) {
            remarks.add("there is no backup yet: nothing can be recovered");
        }
        var proofs =
                new Proofs(repository).of(backups.stream().map(StoredBackup::id).toList());
        // When everything has been read that is shown.
        repository.unreadable().all().forEach(object -> {
            remarks.add(object.explain());
            lostBackup(object).ifPresent(unusable::add);
        });
        return new Inventory(
                repository.name(),
                repository.id().toString(),
                repository.store().location(),
                generations.stream().map(GenerationEntry::of).toList(),
                backups.parallelStream()
                        .map(backup -> BackupEntry.of(
                                backup,
                                Optional.ofNullable(proofs.get(backup.id())).map(ProofEntry::of)))
                        .toList(),
                wal,
                windows,
                unusable,
                remarks);
    }

    private static List<UnusableBackup> ofNoGeneration(List<StoredBackup> backups, List<Generation> generations) {
        var known = generations.stream().map(Generation::number).collect(Collectors.toSet());
        return backups.stream()
                .filter(backup -> !known.contains(backup.manifest().generation()))
                .map(backup -> new UnusableBackup(
                        backup.id().text(),
                        "'%s', which says what cluster it is of, is missing or damaged"
                                .formatted(Generation.key(backup.manifest().generation()))))
                .toList();
    }

    /** It may have been one. */
    private static Optional<UnusableBackup> lostBackup(Unreadable object) {
        var key = object.object();
        if (CopyNote.isOne(key)) {
            return Optional.of(new UnusableBackup(
                    key.text().split("/", 3)[1],
                    "'%s', by which its manifest counts, does not authenticate".formatted(key)));
        }
        return key.text().startsWith("manifest/") && BackupId.isValid(key.name())
                ? Optional.of(new UnusableBackup(
                        key.name(), "its manifest does not authenticate: it is damaged, or not the repository's"))
                : Optional.empty();
    }

    /** What can be done with the WAL of one generation. */
    private record Recoverable(
            List<CoverageEntry> coverage,
            List<String> holes,
            List<WindowEntry> windows,
            List<UnusableBackup> unusable) {

        static Recoverable of(WalArchive archive, List<StoredBackup> backups) {
            var holes = new ArrayList<String>();
            var unusable = new ArrayList<UnusableBackup>();
            var windows = Inventory.windows(archive, backups, unusable);
            return new Recoverable(Inventory.coverage(archive, holes), holes, windows, unusable);
        }
    }

    private static List<CoverageEntry> coverage(WalArchive archive, List<String> remarks) {
        var entries = new ArrayList<CoverageEntry>();
        for (var timeline : archive.timelines()) {
            var ranges = archive.coverage(timeline);
            for (var i = 0; i < ranges.size(); i++) {
                entries.add(CoverageEntry.of(archive.generation().number(), ranges.get(i)));
                if (i > 0) {
                    remarks.add("WAL from %s to %s on timeline %s is missing"
                            .formatted(ranges.get(i - 1).end(), ranges.get(i).start(), timeline));
                }
            }
        }
        return entries;
    }

    /** One window for each end that WAL leads to: the earliest backup that reaches it begins it. */
    private static List<WindowEntry> windows(
            WalArchive archive, List<StoredBackup> backups, List<UnusableBackup> unusable) {
        var reach = new Reach(archive);
        var windows = new ArrayList<WindowEntry>();
        var ends = new HashSet<Reach.End>();
        for (var stored : backups) {
            var backup = stored.details();
            var usable = false;
            for (var timeline : archive.timelines()) {
                var end = reach.on(timeline, backup);
                usable |= end.isPresent();
                end.map(found -> new Reach.End(found.timeline(), found.position(), found.position()))
                        .filter(ends::add)
                        .ifPresent(_ -> windows.add(window(archive, stored, end.orElseThrow())));
            }
            if (!usable) {
                unusable.add(new UnusableBackup(
                        stored.id().text(),
                        "WAL from %s to %s on timeline %s is not complete"
                                .formatted(backup.start(), backup.stop(), backup.timeline())));
            }
        }
        return windows;
    }

    private static WindowEntry window(WalArchive archive, StoredBackup backup, Reach.End end) {
        var newest = archive.newest(end.timeline(), end.from());
        return new WindowEntry(
                archive.generation().number(),
                backup.id().text(),
                end.timeline().toString(),
                backup.details().stopTime(),
                backup.details().stop().toString(),
                newest.map(WalFooter::validEnd)
                        .filter(valid -> valid.isBefore(end.position()))
                        .orElse(end.position())
                        .toString(),
                newest.map(WalFooter::index).flatMap(WalIndex::lastCommit).map(WalTransaction::time),
                newest.flatMap(WalFooter::coveredUntil));
    }
}
