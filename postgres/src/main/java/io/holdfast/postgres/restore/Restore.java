package io.holdfast.postgres.restore;

import io.holdfast.postgres.Pause;
import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.cluster.ControlFile;
import io.holdfast.postgres.restore.RestorePlan.Stop;
import io.holdfast.postgres.restore.RestoreProgress.Phase;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.repository.Repository;
import io.holdfast.repository.manifest.FileEntry;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Restores a backup and makes it ready to recover. What cannot be reached is refused before anything is touched. At
 * every moment the directory is one that a server refuses to start, until the last step, which puts pg_control in place
 * when all else is on disk. Whoever runs the same restore again after an interruption goes on where it stopped.
 */
public final class Restore {

    private final Repository repository;
    private final RestoreRequest request;
    private final RestoreProgress progress;
    private final InstantSource clock;
    private final Pause pause;

    public Restore(
            Repository repository, RestoreRequest request, RestoreProgress progress, InstantSource clock, Pause pause) {
        this.repository = repository;
        this.request = request;
        this.progress = progress;
        this.clock = clock;
        this.pause = pause;
    }

    /** Whether an interrupted restore left its marker there: no server starts from what it lies in. */
    public static boolean isUnfinished(Path directory) {
        return Files.exists(TargetDirectory.Marker.in(directory), LinkOption.NOFOLLOW_LINKS);
    }

    /** What {@link #run} would do; touches nothing. */
    public RestorePlan plan() {
        progress.phase(Phase.PLANNING);
        var catalogue = RecoveryCatalogue.load(repository, request.generation());
        inspect(catalogue);
        return plan(catalogue);
    }

    private RestorePlan plan(RecoveryCatalogue catalogue) {
        var answer = decide(catalogue);
        if (answer instanceof Reachability.Reachable reachable) {
            return reachable.plan();
        }
        var current = catalogue.archive().generation();
        var holder = request.generation().isPresent()
                ? Optional.<Generation>empty()
                : Generation.all(repository).reversed().stream()
                        .filter(earlier -> earlier.number() < current.number())
                        .filter(earlier -> decide(RecoveryCatalogue.load(repository, earlier))
                                .isThere())
                        .findFirst();
        throw holder.map(earlier -> RestoreException.inEarlierGeneration(request.target(), answer, earlier, current))
                .orElseGet(() -> RestoreException.unreachable(
                        request.target(), answer, catalogue.archive().settled(catalogue::windows)));
    }

    private Reachability decide(RecoveryCatalogue catalogue) {
        var answer = catalogue
                .archive()
                .settled(() ->
                        new RestorePlanner(catalogue).decide(request.target(), request.timeline(), request.backup()));
        if (answer instanceof Reachability.UnknownBackup unknown) {
            // It may be there, and damaged.
            requireReadable(unknown);
        }
        return answer;
    }

    private void requireReadable(Reachability.UnknownBackup unknown) {
        if (repository.store().find(unknown.backup().manifestKey()).isPresent()) {
            repository.manifests().read(unknown.backup());
        }
    }

    private TargetDirectory inspect(RecoveryCatalogue catalogue) {
        return TargetDirectory.inspect(
                request.directory(),
                request.delta(),
                catalogue.archive().generation().systemIdentifier());
    }

    /** Runs to the end. */
    public RestoreResult run() {
        try {
            progress.phase(Phase.PLANNING);
            var catalogue = RecoveryCatalogue.load(repository, request.generation());
            var found = inspect(catalogue);
            if (found instanceof TargetDirectory.SameCluster || request.spool().isPresent()) {
                progress.phase(Phase.SAVING_WAL);
                new WalTail(repository, catalogue, request, clock).save(found.controlFile());
                catalogue =
                        RecoveryCatalogue.load(repository, catalogue.archive().generation());
            }
            return guarded(catalogue, soundPlan(catalogue), found);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw RestoreException.interrupted();
        }
    }

    /** One of whose WAL every object was looked at: names are all that a plan knows of most of it. */
    private RestorePlan soundPlan(RecoveryCatalogue catalogue) {
        var archive = catalogue.archive();
        return archive.settled(() -> {
            var plan = plan(catalogue);
            plan.footers(archive).forEach(_ -> {});
            return plan;
        });
    }

    /** What is read is held meanwhile; of a server that is started later, for as long as that may take. */
    private RestoreResult guarded(RecoveryCatalogue catalogue, RestorePlan plan, TargetDirectory found)
            throws InterruptedException {
        try (var guard = RestoreGuard.over(repository, catalogue.archive(), plan, progress)) {
            var result = new Attempt(catalogue, plan, found).run();
            if (request.start().isEmpty()) {
                guard.handOver();
            }
            return result;
        }
    }

    /** One restore, from the marker to pg_control. */
    private final class Attempt {

        private final RecoveryCatalogue catalogue;
        private final RestorePlan plan;
        private final TargetDirectory found;
        private final Path directory = request.directory();
        private final Placement placement;
        private final ControlFile control;
        private final CopyTally tally = new CopyTally(progress);

        Attempt(RecoveryCatalogue catalogue, RestorePlan plan, TargetDirectory found) {
            this.catalogue = catalogue;
            this.plan = plan;
            this.found = found;
            var details = plan.backup().details();
            this.placement = Placement.of(directory, details, request.tablespaces());
            this.control = ControlFile.parse(details.controlFile().toArray())
                    .orElseThrow(() -> new IllegalStateException("the backup's control file is damaged"));
        }

        RestoreResult run() throws InterruptedException {
            boolean existing = !(found instanceof TargetDirectory.Empty);
            requireTablespacesFree(existing);
            requireNoForeignTablespaces(existing);
            if (!existing) {
                requireSpace();
            }
            var begun = clock.instant();
            var owner = FileOwner.of(directory);
            var preparation = new Preparation(directory, plan, owner);
            preparation.begin();
            copy(existing, owner);
            progress.phase(Phase.CONFIGURING);
            var capacities = Capacities.of(control, plan, catalogue.archive());
            preparation.configure(placement, request, capacities, lastRecord());
            preparation.prepareReplay(request, catalogue.archive());
            progress.phase(Phase.FORCING);
            var trees = placement.tablespaces().stream()
                    .filter(tablespace -> !tablespace.startsWith(directory))
                    .collect(Collectors.toCollection(ArrayList::new));
            trees.add(directory);
            Durability.force(trees);
            progress.phase(Phase.FINISHING);
            preparation.finish(control);
            var copyTime = Duration.between(begun, clock.instant());
            return request.start().map(how -> start(how, owner, copyTime)).orElseGet(() -> notStarted(copyTime));
        }

        private RestoreResult start(ServerStart how, FileOwner owner, Duration copyTime) {
            progress.phase(Phase.RECOVERING);
            var server = new RestoredServer(repository, directory, how, owner, pause);
            var begun = clock.instant();
            var end = server.recover(request.action(), new EndOfRecovery(catalogue.archive(), plan));
            var recovery = Duration.between(begun, clock.instant());
            return new RestoreResult(
                    plan,
                    tally.files(),
                    tally.copiedBytes(),
                    tally.keptBytes(),
                    copyTime,
                    Optional.of(recovery),
                    Optional.of(end),
                    Optional.of(server.log()),
                    server.pid());
        }

        private RestoreResult notStarted(Duration copyTime) {
            return new RestoreResult(
                    plan,
                    tally.files(),
                    tally.copiedBytes(),
                    tally.keptBytes(),
                    copyTime,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }

        private void copy(boolean existing, FileOwner owner) throws InterruptedException {
            progress.expected(plan.backup().manifest().totals().bytes());
            progress.phase(Phase.COPYING);
            var sweep = new FolderSweep(existing, this::isSpared);
            // Of an earlier restore; what this backup has of it comes anew.
            sweep.remove(directory.resolve(Placement.CONFIGURATION));
            var claims = new PlaceClaims(placement, plan.backup().details());
            new TreeCopy(repository, placement, claims, new TargetTree(placement, owner, sweep), tally)
                    .copy(plan.backup().manifest(), request.jobs());
        }

        /** Folders of ours in PGDATA, what a file system has of its own, and in a tablespace what belongs to other servers. */
        private boolean isSpared(Path path) {
            var name = path.getFileName().toString();
            if (name.equals(TargetDirectory.LOST_AND_FOUND)) {
                return true;
            }
            if (directory.equals(path.getParent())) {
                return name.equals(io.holdfast.postgres.restore.replay.ReplayFolder.NAME)
                        || name.equals(Placement.CONFIGURATION)
                        || name.equals(Placement.TABLESPACES);
            }
            return placement.tablespaces().contains(path.getParent())
                    && !name.equals(plan.backup().details().tablespaceVersion());
        }

        private void requireTablespacesFree(boolean existing) {
            for (var folder : placement.tablespaces()) {
                var ours = folder.resolve(plan.backup().details().tablespaceVersion());
                if (!existing && Files.exists(ours)) {
                    throw RestoreException.tablespaceNotEmpty(folder);
                }
            }
        }

        /**
         * Recovery makes a tablespace where the source has it, whatever was chosen for those of the backup; a server that lives
         * on this host and the restored one would then write to the same files.
         */
        private void requireNoForeignTablespaces(boolean existing) {
            plan.tablespacesMade(catalogue.archive())
                    .filter(made -> request.inert().isPresent() || (!existing && isInUse(Path.of(made.location()))))
                    .findFirst()
                    .ifPresent(made -> {
                        throw RestoreException.tablespaceInWal(
                                made, request.inert().isPresent());
                    });
        }

        private boolean isInUse(Path tablespace) {
            return Files.exists(tablespace.resolve(plan.backup().details().tablespaceVersion()));
        }

        /** On each file system that files of the backup come to; what the server writes while it recovers is not counted. */
        private void requireSpace() {
            var bytes = new HashMap<Path, Long>();
            try (var entries = repository.manifests().entries(plan.backup().manifest())) {
                entries.forEach(entry -> {
                    if (entry instanceof FileEntry.File file) {
                        bytes.merge(placement.root(file.path()), file.size(), Long::sum);
                    }
                });
            }
            var stores = new HashMap<FileStore, Long>();
            var places = new HashMap<FileStore, Path>();
            bytes.forEach((root, size) -> {
                var store = storeOf(root);
                stores.merge(store, size, Long::sum);
                places.merge(store, root, (known, next) -> next.equals(directory) ? next : known);
            });
            stores.forEach((store, needed) -> {
                long free = usable(store);
                if (free < needed) {
                    throw RestoreException.noSpace(Objects.requireNonNull(places.get(store)), needed, free);
                }
            });
        }

        private static FileStore storeOf(Path root) {
            var place = Stream.iterate(root, Objects::nonNull, Path::getParent)
                    .filter(Files::isDirectory)
                    .findFirst()
                    .orElseThrow();
            try {
                return Files.getFileStore(place);
            } catch (IOException e) {
                throw RestoreException.io("look at", place, e);
            }
        }

        private long usable(FileStore store) {
            try {
                return store.getUsableSpace();
            } catch (IOException e) {
                throw RestoreException.io("look at the file system of", directory, e);
            }
        }

        private Optional<Lsn> lastRecord() {
            return plan.stop() instanceof Stop.AtEnd && request.action() != TargetAction.PROMOTE
                    ? new RecordSearch(catalogue.archive(), plan.history(), plan.wal()).lastBefore(plan.end())
                    : Optional.empty();
        }
    }
}
