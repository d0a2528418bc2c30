package io.holdfast.postgres.restore;

import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.Repository;
import io.holdfast.repository.manifest.Manifest;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a repository holds of one generation, as it was when this was loaded. Confined to one thread. */
public final class RecoveryCatalogue {

    private final List<StoredBackup> backups;
    private final WalArchive archive;
    private final SortedMap<TimelineId, TimelineHistory> histories = new TreeMap<>();

    private RecoveryCatalogue(List<StoredBackup> backups, WalArchive archive) {
        this.backups = List.copyOf(backups);
        this.archive = archive;
        archive.timelines().forEach(this::addHistory);
    }

    /**
     * Reads what there is of the newest generation.
     *
     * @throws RestoreException if nothing was ever stored, or backups are there of a newer generation that cannot be read
     */
    public static RecoveryCatalogue load(Repository repository) {
        var newest = Generation.newest(repository);
        var manifests = repository.manifests().readAll();
        int known = newest.map(Generation::number).orElse(0);
        manifests.stream()
                .filter(manifest -> manifest.generation() > known)
                .max(Comparator.comparingInt(Manifest::generation))
                .ifPresent(later -> {
                    throw RestoreException.unreadableGeneration(later.generation(), later.id());
                });
        return of(repository, newest.orElseThrow(() -> RestoreException.emptyRepository(repository.name())), manifests);
    }

    /**
     * Reads what there is of a generation that somebody asks for, else of the newest.
     *
     * @throws RestoreException if it is not there
     */
    public static RecoveryCatalogue load(Repository repository, OptionalInt wanted) {
        if (wanted.isEmpty()) {
            return load(repository);
        }
        var generations = Generation.all(repository);
        return load(
                repository,
                generations.stream()
                        .filter(generation -> generation.number() == wanted.getAsInt())
                        .findFirst()
                        .orElseThrow(() -> RestoreException.unknownGeneration(wanted.getAsInt(), generations)));
    }

    static RecoveryCatalogue load(Repository repository, Generation generation) {
        return of(repository, generation, repository.manifests().readAll());
    }

    private static RecoveryCatalogue of(Repository repository, Generation generation, List<Manifest> manifests) {
        var backups = manifests.stream()
                .filter(manifest -> manifest.generation() == generation.number())
                .map(StoredBackup::of)
                .sorted(Comparator.comparing(
                        (StoredBackup backup) -> backup.details().stop(), Comparator.reverseOrder()))
                .toList();
        return new RecoveryCatalogue(backups, WalArchive.load(repository, generation));
    }

    /** With all its ancestors, whose own files may be missing. */
    private void addHistory(TimelineId timeline) {
        archive.history(timeline).ifPresent(history -> {
            histories.put(timeline, history);
            for (var fork : history.forks()) {
                history.of(fork.parent()).ifPresent(parent -> histories.putIfAbsent(fork.parent(), parent));
            }
        });
    }

    /** Those that stop at the highest position first. */
    public List<StoredBackup> backups() {
        return backups;
    }

    public WalArchive archive() {
        return archive;
    }

    /** Every branch of the history that is known, oldest first. */
    public List<TimelineHistory> branches() {
        return List.copyOf(histories.values());
    }

    public Optional<TimelineHistory> branch(TimelineId timeline) {
        return Optional.ofNullable(histories.get(timeline));
    }

    /** What can be recovered: for every branch, from each backup up to where its WAL ends. */
    public List<RecoverableWindow> windows() {
        return branches().stream()
                .flatMap(branch -> backups.stream()
                        .filter(backup ->
                                backup.details().timeline().equals(branch.timeline()) || isOldestOn(branch, backup))
                        .flatMap(backup -> RecoveryPath.of(backup, branch, archive).stream()))
                .filter(RecoveryPath::isConsistent)
                .map(RecoverableWindow::of)
                .sorted(Comparator.comparing(RecoverableWindow::timeline).thenComparing(RecoverableWindow::from))
                .toList();
    }

    /** A branch without a backup of its own is reached from its ancestor's newest. */
    private boolean isOldestOn(TimelineHistory branch, StoredBackup backup) {
        return backups.stream()
                .filter(other -> branch.passes(
                        other.details().timeline(), other.details().stop()))
                .findFirst()
                .filter(backup::equals)
                .isPresent();
    }
}
