package io.holdfast.postgres.capture;

import io.holdfast.postgres.Pause;
import io.holdfast.postgres.archive.Claim;
import io.holdfast.postgres.archive.ClaimHeldException;
import io.holdfast.postgres.archive.Claims;
import io.holdfast.postgres.archive.GapDocument;
import io.holdfast.postgres.archive.GapReason;
import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.MemberAgreement;
import io.holdfast.postgres.archive.MemberWal;
import io.holdfast.postgres.archive.OtherClusterException;
import io.holdfast.postgres.archive.RecoverableTo;
import io.holdfast.postgres.archive.SegmentMerger;
import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.archive.WalFooter;
import io.holdfast.postgres.archive.WalRange;
import io.holdfast.postgres.archive.WalSource;
import io.holdfast.postgres.cluster.ServerException;
import io.holdfast.postgres.cluster.ServerFacts;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.replication.ReplicationClient;
import io.holdfast.postgres.replication.ServerIdentity;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.Repository;
import io.holdfast.repository.disk.Disk;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One capture session of one member, from {@link #start} to {@link #close}. It runs in threads of its own: one receives,
 * one uploads, one reads the server's clock, one merges segments, one publishes the status. Thread-safe.
 */
public final class Capture implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Capture.class);

    private static final Duration FIRST_WAIT = Duration.ofMillis(200);
    private static final Duration LONGEST_AWAITED = Duration.ofSeconds(1);
    private static final Duration LAST_UPLOAD = Duration.ofSeconds(20);
    /** Source: src/backend/utils/errcodes.txt. */
    private static final String OBJECT_IN_USE = "55006";

    private static final Duration JOIN = Duration.ofSeconds(30);

    private static final int TAIL_SEGMENTS = 5;

    private final Repository repository;
    private final CaptureSettings settings;
    private final Machine machine;
    private final LocalState local;
    private final StateFolderLock lock;
    private final CaptureBoard board = new CaptureBoard();
    private final StatusPublisher publisher;
    private final Pause pause;
    private final Thread main;
    private volatile @Nullable Session session;

    /**
     * The machine that a capture runs on.
     *
     * @param host its name, for people
     */
    public record Machine(Disk disk, InstantSource clock, Pause pause, SecureRandom random, String host) {}

    private Capture(Repository repository, CaptureSettings settings, Machine machine) {
        this.repository = repository;
        this.settings = settings;
        this.machine = machine;
        try {
            this.local = new LocalState(machine.disk(), settings.stateFolder());
        } catch (UncheckedIOException e) {
            throw CaptureException.stateFolderUnusable(settings.stateFolder(), e);
        }
        this.lock = StateFolderLock.take(settings.stateFolder());
        this.pause = new StoppablePause(machine.pause(), board);
        this.publisher = new StatusPublisher(settings, local, board, machine.clock());
        this.main = Thread.ofPlatform().name("capture").unstarted(this::run);
    }

    /**
     * Begins to capture, and returns at once: what becomes of it, {@link #status} says.
     *
     * @throws CaptureException if the state folder cannot be used or another capture uses it
     */
    public static Capture start(Repository repository, CaptureSettings settings, Machine machine) {
        var capture = new Capture(repository, settings, machine);
        capture.main.start();
        return capture;
    }

    /** A claim that was taken, and what works under it. */
    private record Session(Spool spool, Uploader uploader, Receiver receiver, ClockWatch watch, Merging merging) {}

    private void run() {
        var publishing = thread("capture-status", publisher);
        var threads = new ArrayList<Thread>();
        try {
            prepare().ifPresent(prepared -> {
                session = prepared;
                threads.addAll(begin(prepared));
            });
            board.awaitStop();
        } catch (InterruptedException _) {
            board.stop();
        } catch (RuntimeException | Error e) {
            LOG.error("capture ended by a defect member={}", settings.member(), e);
            board.fail(CaptureException.defect(e));
        } finally {
            threads.forEach(Capture::join);
            finish(threads.stream().noneMatch(Thread::isAlive));
            publisher.end();
            join(publishing);
            lock.close();
        }
    }

    /** Until the server and the repository have both been reached once; empty if it was stopped or refused before. */
    private Optional<Session> prepare() throws InterruptedException {
        var backoff = backoff();
        while (!board.isStopping()) {
            try {
                return Optional.of(open());
            } catch (ClaimHeldException | OtherClusterException e) {
                board.fail(e);
            } catch (CaptureException | SpoolException e) {
                if (!e.retryable()) {
                    board.fail(e);
                } else {
                    await(e, backoff);
                }
            } catch (HoldfastException e) {
                await(e, backoff);
            }
        }
        return Optional.empty();
    }

    private void await(HoldfastException e, Backoff backoff) throws InterruptedException {
        board.state(new CaptureState.Waiting(e.code(), String.valueOf(e.getMessage()), e.hint()));
        pause.pause(backoff.next());
    }

    private Session open() {
        ServerFacts facts;
        try (var sql = SqlSession.open(settings.server())) {
            sql.allowSilence(settings.silenceLimit());
            facts = ServerFacts.read(sql);
        }
        var generation = Generation.admit(
                repository,
                facts.systemIdentifier(),
                facts.version().major(),
                facts.layout().walSegmentSize());
        new ClusterIdentity(repository.name(), generation).require(facts);
        var claims = new Claims(repository, settings.member());
        var claim = claims.take(new Claims.Applicant(
                facts.systemIdentifier(),
                machine.host(),
                local.token(machine.random()),
                machine.clock().instant(),
                settings.takeOver()));
        board.session(claim.session());
        LOG.info("claim taken member={} session={}", settings.member(), claim.session());
        storeEarlierGeneration(generation, claims, claim);
        var wal = MemberWal.load(repository.counted(), generation, settings.member());
        var spool = openSpool(generation);
        resume(spool, wal, generation);
        return assemble(generation, claims, claim, wal, spool);
    }

    private Spool openSpool(Generation generation) {
        return Spool.open(machine.disk(), local.spool(), generation.walSegmentSize(), settings.spoolLimit());
    }

    /** What was received of the cluster before an upgrade is stored, before that of its successor is taken. */
    private void storeEarlierGeneration(Generation now, Claims claims, Claim claim) {
        try (var spool = openSpool(now)) {
            var writer = spool.writer();
            if (writer.isEmpty() || writer.get().equals(now.systemIdentifier())) {
                return;
            }
            var earlier = Generation.all(repository).stream()
                    .filter(generation -> generation.systemIdentifier().equals(writer.get()))
                    .findFirst()
                    .orElseThrow(() -> CaptureException.spoolOfOtherCluster(local.spool(), writer.get()));
            LOG.info("the spool holds WAL of an earlier generation, which is stored generation={}", earlier.number());
            var wal = MemberWal.load(repository.counted(), earlier, settings.member());
            var nobody = new CaptureBoard();
            var unread = new ServerClockReadings(Optional.empty());
            uploader(earlier, claims, claim, wal, spool, nobody, acknowledger(spool, nobody), unread)
                    .drain();
            spool.discard();
        }
    }

    private Session assemble(Generation generation, Claims claims, Claim claim, MemberWal wal, Spool spool) {
        var identity = new ClusterIdentity(repository.name(), generation);
        var readings = new ServerClockReadings(board.recoverableTo());
        var acknowledger = acknowledger(spool, board);
        var uploader = uploader(generation, claims, claim, wal, spool, board, acknowledger, readings);
        var receiver = new Receiver(new Receiver.Tools(
                settings,
                identity,
                spool,
                local,
                board,
                acknowledger,
                uploader::ring,
                backoff(),
                pause,
                machine.clock()));
        var merger = new SegmentMerger(repository, generation, wal, WalSource.of(claim, generation));
        var agreement = new MemberAgreement(
                repository, generation, claim, wal, settings.renewEvery().multipliedBy(3), machine.clock());
        var merging = new Merging(wal, merger, agreement, settings, board, backoff(), pause);
        var watch = new ClockWatch(settings, identity, readings, board, pause);
        publisher.spool(spool);
        return new Session(spool, uploader, receiver, watch, merging);
    }

    private Uploader uploader(
            Generation generation,
            Claims claims,
            Claim claim,
            MemberWal wal,
            Spool spool,
            CaptureBoard told,
            Acknowledger acknowledger,
            ServerClockReadings readings) {
        return new Uploader(new Uploader.Tools(
                repository,
                generation,
                settings,
                spool,
                local,
                claims,
                claim,
                wal,
                readings,
                told,
                acknowledger,
                uploadBackoff(),
                pause,
                machine.clock()));
    }

    /** A spool that was lost begins anew with the end of what the repository holds. */
    private void resume(Spool spool, MemberWal wal, Generation generation) {
        var newest = wal.newest();
        if (newest.isEmpty()) {
            return;
        }
        var stored = lastOf(newest.get(), generation);
        var archive = WalArchive.loadRecent(repository.counted(), generation, stored.timeline(), stored.start());
        archive.settled(() -> RecoverableTo.of(archive, stored)).ifPresent(board::recoverableTo);
        if (spool.last().isPresent()) {
            return;
        }
        var validEnd = archive.newest(stored.timeline(), stored.start())
                .map(WalFooter::validEnd)
                .orElse(stored.start());
        var from = Lsn.later(generation.walSegmentSize().start(validEnd), stored.start());
        LOG.info("the spool is refilled from the repository timeline={} from={}", stored.timeline(), from);
        archive.historyFile(stored.timeline()).ifPresent(text -> spool.keepHistory(stored.timeline(), text));
        spool.begin(stored.timeline(), from);
        archive.read(
                new WalRange(stored.timeline(), from, stored.end()),
                (_, bytes, offset, length) -> spool.append(bytes, offset, length));
    }

    /** The last few segments: what lies before them does not matter here. */
    private static WalRange lastOf(WalRange stored, Generation generation) {
        var size = generation.walSegmentSize();
        var back = TAIL_SEGMENTS * (long) size.bytes();
        return stored.bytes() <= back
                ? stored
                : new WalRange(stored.timeline(), size.start(stored.end().plus(-back)), stored.end());
    }

    private List<Thread> begin(Session prepared) {
        var merging = thread("capture-merge", prepared.merging());
        return List.of(
                thread("capture-receive", prepared.receiver()),
                thread("capture-upload", prepared.uploader()),
                thread("capture-clock", prepared.watch()),
                merging);
    }

    private Thread thread(String name, Runnable work) {
        return Thread.ofPlatform().name(name).daemon().start(() -> {
            try {
                work.run();
            } catch (RuntimeException | Error e) {
                // An Error, too, must end the process with its exit code: whoever watches it starts it again.
                LOG.error("{} ended by a defect", name, e);
                board.fail(CaptureException.defect(e));
            }
        });
    }

    /**
     * What was received and acknowledged goes to the repository if it can; else it waits in the spool.
     *
     * @param alone whether every thread of the session has ended; one that hangs in the store or on the disk still works
     *     with what this would work with
     */
    private void finish(boolean alone) {
        var finished = session;
        if (finished != null && !alone) {
            LOG.warn("a thread of the session does not end; what the spool holds is left for the next session");
        } else if (finished != null) {
            if (board.end().isEmpty()) {
                try {
                    finished.uploader().drain(LAST_UPLOAD);
                } catch (HoldfastException e) {
                    LOG.warn("what the spool holds is left for the next session code={}", e.code());
                }
            }
            finished.spool().close();
        }
        board.state(new CaptureState.Stopped("stopped", "it was told to"));
    }

    private static void join(Thread thread) {
        try {
            thread.join(JOIN);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private Acknowledger acknowledger(Spool spool, CaptureBoard told) {
        return new Acknowledger(settings.acknowledgement(), spool, local, told, machine.clock());
    }

    /** When commits wait for the repository, it is not left alone for long. */
    private Backoff uploadBackoff() {
        var longest = settings.longestWait();
        return settings.acknowledgement() instanceof Acknowledgement.Stored && longest.compareTo(LONGEST_AWAITED) > 0
                ? new Backoff(FIRST_WAIT, LONGEST_AWAITED, machine.random())
                : backoff();
    }

    private Backoff backoff() {
        return new Backoff(FIRST_WAIT, settings.longestWait(), machine.random());
    }

    /** What it is doing now. */
    public CaptureStatus status() {
        return publisher.status();
    }

    /** Why it ended, if it may not go on. */
    public Optional<HoldfastException> problem() {
        return board.end();
    }

    /** Waits until it has ended, by {@link #close} or by itself. */
    public void awaitEnd() throws InterruptedException {
        main.join();
    }

    public Path stateFolder() {
        return settings.stateFolder();
    }

    /** The base backup that is needed, if any. */
    public LocalState localState() {
        return local;
    }

    /**
     * Stores at once what the server has flushed by now, or what a standby has received.
     *
     * @return a position up to which everything is stored
     * @throws CaptureException if that takes longer than {@code timeout}
     */
    public Lsn flush(Duration timeout) throws InterruptedException {
        Optional<ServerClockReading> primary;
        try (var sql = SqlSession.open(settings.server())) {
            primary = ServerClockReading.take(sql);
        }
        if (primary.isPresent()) {
            return flushTo(primary.get().timeline(), primary.get().flushed(), timeout);
        }
        ServerIdentity standby;
        try (var client = ReplicationClient.connect(settings.server(), machine.clock())) {
            standby = client.identifySystem();
        }
        return flushTo(standby.timeline(), standby.flushed(), timeout);
    }

    /** Stores at once everything up to a position that the server has flushed on a timeline. */
    public Lsn flushTo(TimelineId timeline, Lsn position, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            var running = session;
            if (running != null) {
                running.uploader().ring();
            }
            if (board.awaitStored(timeline, position, 50)) {
                return position;
            }
            if (System.nanoTime() - deadline > 0 || board.isStopping()) {
                throw board.end().<HoldfastException>map(e -> e).orElseGet(() -> CaptureException.notFlushed(timeout));
            }
        }
    }

    /**
     * Ends protection: stores what is there, drops the slot, and declares that coverage ends here.
     *
     * @throws HoldfastException if the server or the repository cannot be reached; it can be asked again
     */
    public void removeSlot() throws InterruptedException {
        flush(LAST_UPLOAD);
        close();
        var ended = session;
        if (ended == null) {
            return;
        }
        try (var sql = SqlSession.open(settings.server())) {
            drop(new ServerSlot(settings.slot()), sql);
        }
        ended.spool()
                .last()
                .ifPresent(run -> ended.uploader()
                        .declare(new GapDocument(
                                run.timeline(),
                                run.end(),
                                Optional.empty(),
                                Optional.empty(),
                                GapReason.ENDED,
                                machine.clock().instant().truncatedTo(ChronoUnit.MILLIS))));
        publisher.publish();
    }

    /** The server's end of a stream that was closed lets go of the slot a moment later. */
    private void drop(ServerSlot slot, SqlSession sql) throws InterruptedException {
        long deadline = System.nanoTime() + LAST_UPLOAD.toNanos();
        while (true) {
            try {
                slot.drop(sql);
                return;
            } catch (ServerException e) {
                if (e.sqlState().filter(OBJECT_IN_USE::equals).isEmpty() || System.nanoTime() - deadline > 0) {
                    throw e;
                }
                machine.pause().pause(Duration.ofMillis(100));
            }
        }
    }

    /** Stops receiving, stores what the spool holds if the repository takes it, and publishes the last status. */
    @Override
    public void close() {
        board.stop();
        var running = session;
        if (running != null) {
            running.uploader().ring();
        }
        try {
            main.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
