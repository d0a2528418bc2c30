package io.holdfast.postgres.backup;

import io.holdfast.postgres.Pause;
import io.holdfast.postgres.archive.Claims;
import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.NeededWal;
import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.archive.WalSource;
import io.holdfast.postgres.archive.WalWriter;
import io.holdfast.postgres.cluster.ControlFile;
import io.holdfast.postgres.cluster.ServerFacts;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.replication.ReplicationClient;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.WalFormat;
import io.holdfast.postgres.wal.WalIdentity;
import io.holdfast.postgres.wal.WalLevel;
import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.Repository;
import io.holdfast.repository.binary.Bytes;
import io.holdfast.repository.document.Json;
import io.holdfast.repository.lock.BackupLocks;
import io.holdfast.repository.manifest.FileEntry;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.pack.FrameReference;
import io.holdfast.repository.pack.PackId;
import io.holdfast.repository.pack.PackReader;
import io.holdfast.repository.removal.OpenIntent;
import io.holdfast.repository.repack.RepackList;
import io.holdfast.repository.repack.RepackLists;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Takes a backup of a running primary or standby, on the host where its files are. It counts only when its manifest exists, and that is written when all
 * it reaches is durable and the WAL from start to stop is stored and was read record by record.
 */
public final class BaseBackup {

    private final Repository repository;
    private final BackupRequest request;
    private final BackupProgress progress;
    private final InstantSource clock;
    private final Pause pause;

    public BaseBackup(
            Repository repository, BackupRequest request, BackupProgress progress, InstantSource clock, Pause pause) {
        this.repository = repository;
        this.request = request;
        this.progress = progress;
        this.clock = clock;
        this.pause = pause;
    }

    /** Runs to the end; the manifest that it committed. */
    public Manifest take() {
        try (var session = SqlSession.open(request.server())) {
            var facts = ServerFacts.read(session);
            requireSuitable(facts);
            var root = new ClusterFiles(session, facts).root();
            requireSameCluster(root, facts);
            SameServer.require(session, root);
            var generation = Generation.admit(
                    repository,
                    facts.systemIdentifier(),
                    facts.version().major(),
                    facts.layout().walSegmentSize());
            return new Attempt(session, facts, generation).run();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw BackupException.interrupted();
        } catch (HoldfastException e) {
            // An interrupt closes the file or connection that is in use, and looks like its failure.
            if (Thread.currentThread().isInterrupted()) {
                throw BackupException.interrupted();
            }
            throw e;
        }
    }

    private static void requireSuitable(ServerFacts facts) {
        if (facts.version().major() < 14 || facts.version().major() > 18) {
            throw BackupException.unsupportedVersion(facts.version().toString());
        }
        if (facts.wal().level() == WalLevel.MINIMAL) {
            throw BackupException.walLevelMinimal();
        }
    }

    /** A folder of that name may exist here, too, and belong to another cluster. */
    private void requireSameCluster(Path root, ServerFacts facts) throws InterruptedException {
        if (!ControlFileReader.read(root, pause).systemIdentifier().equals(facts.systemIdentifier())) {
            throw BackupException.otherHost(root);
        }
    }

    /** What was read of the cluster: its files, and after the last of them the control file. */
    private record Copied(List<FrameReference> catalogue, ControlFile control) {}

    /** One backup, from its intent to its manifest. */
    private final class Attempt {

        private final SqlSession session;
        private final ServerFacts facts;
        private final Generation generation;
        private final TimelineHistory history;
        private final Optional<String> historyFile;
        private final OpenIntent intent;
        private final EarlierBackups earlier;
        private final Optional<ParentBackup> parent;
        private final int samenessEpoch;
        private final Instant serverStarted;
        private final Optional<IncrementalDetails.Doubt> doubt;
        private final Instant begun = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        private final CopyTally tally = new CopyTally(progress);

        Attempt(SqlSession session, ServerFacts facts, Generation generation) {
            this.session = session;
            this.facts = facts;
            this.generation = generation;
            repository.refreshKeys();
            this.samenessEpoch = repository.samenessEpoch();
            this.historyFile = historyFile();
            this.history = historyFile
                    .map(text -> TimelineHistory.parse(facts.timeline(), text))
                    .orElseGet(() -> TimelineHistory.withoutParents(facts.timeline()));
            var announcement = Announcement.make(repository, request.member(), begun, this::earlier);
            this.intent = announcement.intent();
            this.earlier = announcement.earlier();
            this.parent = earlier.parent();
            this.serverStarted = session.one("SELECT pg_postmaster_start_time() AS time", row -> row.instant("time"));
            // Of another member everything is compared anyway.
            this.doubt = parent.filter(found -> found.details().member().equals(request.member()))
                    .flatMap(found -> StopTrace.doubt(
                            new ClusterFiles(session, facts).root(),
                            facts.layout().walSegmentSize(),
                            found,
                            serverStarted,
                            MachineTime.read(repository.store().now())));
        }

        private EarlierBackups earlier(Set<BackupId> refused) {
            var found = ParentBackup.find(
                    repository, generation.number(), samenessEpoch, facts.layout(), history, refused, begun);
            return switch (request.kind()) {
                case FULL -> found.withoutParent();
                case INCREMENTAL -> found;
            };
        }

        private Optional<String> historyFile() {
            if (facts.timeline().number() == 1) {
                return Optional.empty();
            }
            try (var client = ReplicationClient.connect(request.server(), clock)) {
                return Optional.of(
                        new String(client.timelineHistory(facts.timeline()).content(), StandardCharsets.UTF_8));
            }
        }

        Manifest run() throws InterruptedException {
            var id = intent.backup();
            progress.phase(BackupProgress.Phase.STARTING);
            // What a capture has of a standby may begin after its last restartpoint.
            return !facts.inRecovery() && isCaptured() ? runCaptured(id) : runWithOwnWal(id);
        }

        /** The capture that uses the slot may store into another repository. */
        private boolean isCaptured() {
            return session.first(
                            "SELECT pg_current_wal_flush_lsn() AS flushed FROM pg_replication_slots WHERE slot_name = ? AND active",
                            row -> row.lsn("flushed"),
                            request.captureSlot().text())
                    .filter(flushed ->
                            new Claims(repository, request.member()).isLive(generation, facts.timeline(), flushed))
                    .isPresent();
        }

        private Manifest runCaptured(BackupId id) throws InterruptedException {
            var wal = new CapturedWal(repository, generation, pause);
            var server = new BackupSession(session, facts.version());
            var started = server.start(label(id), request.fastCheckpoint());
            var files = new ClusterFiles(session, facts).find();
            var source = source(files.root(), started.position());
            var copied = copy(id, files, started.position(), source, new Heartbeat(() -> {
                server.requireAlive();
                intent.prolong();
            }));
            var stopped = server.stop();
            progress.phase(BackupProgress.Phase.WAITING_FOR_WAL);
            wal.awaitStored(facts.timeline(), started.position(), stopped.position(), request.walTimeout());
            return commit(id, copied, details(files, started, stopped, copied, source, Optional.empty()));
        }

        private Manifest runWithOwnWal(BackupId id) throws InterruptedException {
            var slot = "holdfast_backup_" + id.text().toLowerCase(Locale.ROOT).replace('-', '_');
            try (var wal = OwnWal.reserve(request.server(), slot, clock)) {
                var writer = new WalWriter(repository.objects(), WalSource.of(id, generation));
                var identity = identity(writer);
                var server = new BackupSession(session, facts.version());
                var standby = standby();
                var started = server.start(label(id), request.fastCheckpoint());
                standby.ifPresent(StandbySource::requireStarted);
                wal.begin(writer, identity, started.position());
                var files = new ClusterFiles(session, facts).find();
                var heartbeat = new Heartbeat(() -> {
                    server.requireAlive();
                    wal.requireAlive();
                    intent.prolong();
                });
                var source = source(files.root(), started.position());
                var copied = copy(id, files, started.position(), source, heartbeat);
                var stopped = standby.map(followed -> followed.stop(server)).orElseGet(server::stop);
                progress.phase(BackupProgress.Phase.WAITING_FOR_WAL);
                wal.awaitStored(stopped.position(), request.walTimeout());
                requireAgreement(id, started.position());
                return commit(
                        id, copied, details(files, started, stopped, copied, source, Optional.of(wal.storedTo())));
            }
        }

        private Optional<StandbySource> standby() {
            return facts.inRecovery() ? Optional.of(new StandbySource(session, facts.timeline())) : Optional.empty();
        }

        /** WAL that contradicts what others have stored would end what can be recovered before this backup is consistent. */
        private void requireAgreement(BackupId id, Lsn start) {
            var archive = earlier.endBefore(facts.timeline(), segmentStart(start))
                    ? WalArchive.loadRecent(repository, generation, facts.timeline(), start, id)
                    : WalArchive.load(repository, generation, id);
            archive.divergenceOf(id, facts.timeline()).ifPresent(divergence -> {
                throw BackupException.diverged(divergence);
            });
        }

        private Lsn segmentStart(Lsn position) {
            return facts.layout().walSegmentSize().start(position);
        }

        /** Up to where there is WAL that the next backup must not contradict, if that is beyond this one's stop. */
        private Optional<Lsn> walTo(Lsn start, Lsn stop, Optional<Lsn> stored) {
            return Stream.concat(
                            stored.stream(),
                            earlier.furthest(repository, generation, facts.timeline(), segmentStart(start)).stream())
                    .filter(reached -> reached.isAfter(stop))
                    .max(Comparator.naturalOrder());
        }

        /** The history of a timeline is stored before any WAL on it. */
        private WalIdentity identity(WalWriter writer) {
            historyFile.ifPresent(text -> writer.storeHistory(facts.timeline(), text));
            return new WalIdentity(
                    WalFormat.ofMajor(facts.version().major()),
                    facts.systemIdentifier(),
                    facts.layout().walSegmentSize(),
                    history);
        }

        private ChangeSource source(Path root, Lsn start) throws InterruptedException {
            if (parent.isEmpty()) {
                return new ChangeSource.Everything();
            }
            progress.phase(BackupProgress.Phase.FINDING_CHANGES);
            return new ChangeSearch(session, facts, request, root, pause).since(parent.get(), doubt, history, start);
        }

        /**
         * The control file comes last: that of a standby says from where on the files are consistent, and restartpoints move
         * that place while they are copied.
         */
        private Copied copy(BackupId id, DataDirectory files, Lsn start, ChangeSource source, Heartbeat heartbeat)
                throws InterruptedException {
            var catalogue = copyTree(id, files, start, source, heartbeat);
            return new Copied(catalogue, ControlFileReader.read(files.root(), pause));
        }

        private List<FrameReference> copyTree(
                BackupId id, DataDirectory files, Lsn start, ChangeSource source, Heartbeat heartbeat)
                throws InterruptedException {
            var tree = new SourceTree(files);
            progress.expected(expectedBytes(tree));
            progress.phase(BackupProgress.Phase.COPYING);
            if (!(source instanceof ChangeSource.Incremental incremental)) {
                var settings = settings(start, Set.of());
                return new CopyPipeline(repository, id, settings, FilePlanner.full(), KnownPages.NONE, tally)
                        .copy(tree, heartbeat);
            }
            var asked = RepackLists.newest(repository);
            var settings = settings(start, asked.map(RepackList::packIds).orElse(Set.of()));
            try (var before = new ParentCatalogue(repository, incremental.parent(), tally.parentDamage());
                    var packs = new PackReader(repository.objects())) {
                var planner = switch (incremental) {
                    case ChangeSource.Compared _ -> new ComparingPlanner(before);
                    case ChangeSource.Summarized summarized ->
                        new SummaryPlanner(
                                before,
                                summarized.changes(),
                                settings,
                                incremental.parent().damagedFiles(),
                                tally);
                };
                var repacking = asked.<FilePlanner>map(
                                list -> new RepackingPlanner(planner, list, settings, packs, tally.parentDamage()))
                        .orElse(planner);
                return new CopyPipeline(repository, id, settings, repacking, before, tally).copy(tree, heartbeat);
            }
        }

        private CopySettings settings(Lsn start, Set<PackId> repacked) {
            var layout = facts.layout();
            return new CopySettings(
                    request.jobs(),
                    samenessEpoch,
                    CopySettings.FRAME_SIZE,
                    layout.blockBytes(),
                    Math.toIntExact(layout.relationSegmentBytes() / layout.blockBytes()),
                    repacked,
                    layout.dataChecksums()
                            ? Optional.of(new PageVerifier(layout.blockBytes(), start))
                            : Optional.empty(),
                    Throttle.of(request.maxRate()));
        }

        private long expectedBytes(SourceTree tree) {
            var sum = new AtomicLong();
            tree.walk(new SourceTree.Visitor() {
                @Override
                public void entry(FileEntry entry) {}

                @Override
                public void file(SourceFile file) {
                    sum.addAndGet(file.size());
                }
            });
            return sum.get();
        }

        private BackupDetails details(
                DataDirectory files,
                BackupSession.Started started,
                BackupSession.Stopped stopped,
                Copied copied,
                ChangeSource source,
                Optional<Lsn> ownWalTo) {
            tally.stoppedAt(stopped.position());
            stopped.requireTablespaces(files);
            return new BackupDetails(
                    facts.systemIdentifier(),
                    facts.version().number(),
                    files.tablespaceVersion(),
                    request.member(),
                    facts.timeline(),
                    started.position(),
                    stopped.position(),
                    started.time(),
                    stopped.time(),
                    stopped.label(),
                    stopped.map(),
                    Bytes.of(copied.control().sector()),
                    facts.layout().blockBytes(),
                    facts.layout().dataChecksums(),
                    files.root().toString(),
                    files.tablespaces(),
                    new DamagedRelations(request.server(), session).named(tally.damaged()),
                    tally.damagedPages(),
                    source instanceof ChangeSource.Incremental incremental
                            ? Optional.of(IncrementalDetails.of(incremental, tally))
                            : Optional.empty(),
                    StopTrace.read(files.root(), facts.layout().walSegmentSize(), facts.timeline(), stopped.position()),
                    Optional.of(serverStarted),
                    ownWalTo.isPresent(),
                    Optional.of(ConfigurationPlaces.of(facts.files(), files.root())),
                    walTo(started.position(), stopped.position(), ownWalTo),
                    MachineTime.read(repository.store().now()),
                    switch (request.kind()) {
                        case FULL -> Optional.empty();
                        case INCREMENTAL -> earlier.passedOver();
                    });
        }

        private Manifest commit(BackupId id, Copied copied, BackupDetails details) {
            progress.phase(BackupProgress.Phase.COMMITTING);
            SameServer.require(session, Path.of(details.dataDirectory()));
            intent.prolong();
            intent.requireNothingCondemned();
            var manifest = new Manifest(
                    Manifest.VERSION,
                    id,
                    generation.number(),
                    parent.map(ParentBackup::id),
                    begun,
                    clock.instant().truncatedTo(ChronoUnit.MILLIS),
                    intent.deadline(),
                    CopySettings.FRAME_SIZE,
                    samenessEpoch,
                    copied.catalogue(),
                    new Manifest.Totals(tally.files(), tally.bytes(), tally.readBytes(), tally.storedBytes()),
                    Json.mapper().valueToTree(details));
            // A key that was replaced meanwhile, because it was stolen, must not protect a backup.
            repository.refreshKeys();
            BackupLocks.of(repository)
                    .ifPresent(locks -> locks.protect(
                            manifest,
                            () -> NeededWal.of(
                                    repository, generation, id, details.timeline(), details.start(), details.stop())));
            repository.manifests().commit(manifest);
            return repository.manifests().read(id);
        }

        private static String label(BackupId id) {
            return "holdfast " + id;
        }
    }
}
