package io.holdfast.postgres.capture;

import io.holdfast.postgres.Pause;
import io.holdfast.postgres.archive.Claim;
import io.holdfast.postgres.archive.ClaimLostException;
import io.holdfast.postgres.archive.Claims;
import io.holdfast.postgres.archive.CoverageDocument;
import io.holdfast.postgres.archive.ExposureDocument;
import io.holdfast.postgres.archive.GapDocument;
import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.MemberWal;
import io.holdfast.postgres.archive.NameTakenException;
import io.holdfast.postgres.archive.OtherClusterException;
import io.holdfast.postgres.archive.RecoverableTo;
import io.holdfast.postgres.archive.SessionDocuments;
import io.holdfast.postgres.archive.WalSource;
import io.holdfast.postgres.archive.WalWriter;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.Repository;
import io.holdfast.repository.frame.ObjectType;
import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectKey;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes WAL from the spool to the repository, in order, in a thread of its own. Where it stands is not written down
 * locally: the names in the repository say it after a restart. What cannot be stored now stays in the spool.
 */
final class Uploader implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Uploader.class);

    private final Repository repository;
    private final Generation generation;
    private final CaptureSettings settings;
    private final Spool spool;
    private final LocalState local;
    private final Claims claims;
    private final Claim claim;
    private final MemberWal wal;
    private final ServerClockReadings readings;
    private final CaptureBoard board;
    private final Acknowledger acknowledger;
    private final Backoff backoff;
    private final Pause pause;
    private final InstantSource clock;
    private final WalWriter writer;
    private final Semaphore bell = new Semaphore(0);

    private @Nullable PieceCutter cutter;
    private PieceCutter.@Nullable Piece pending;
    private boolean historyStored;
    private final SessionDocuments covered;
    private final SessionDocuments gaps;
    private final SessionDocuments exposures;
    private long fenced;
    private long renewed;
    private long looked;

    /** Everything that an uploader works with. */
    record Tools(
            Repository repository,
            Generation generation,
            CaptureSettings settings,
            Spool spool,
            LocalState local,
            Claims claims,
            Claim claim,
            MemberWal wal,
            ServerClockReadings readings,
            CaptureBoard board,
            Acknowledger acknowledger,
            Backoff backoff,
            Pause pause,
            InstantSource clock) {}

    Uploader(Tools tools) {
        repository = tools.repository();
        generation = tools.generation();
        settings = tools.settings();
        spool = tools.spool();
        local = tools.local();
        claims = tools.claims();
        claim = tools.claim();
        wal = tools.wal();
        readings = tools.readings();
        board = tools.board();
        acknowledger = tools.acknowledger();
        backoff = tools.backoff();
        pause = tools.pause();
        clock = tools.clock();
        writer = new WalWriter(repository.objects(), WalSource.of(claim, generation));
        covered = documents("covered");
        gaps = documents("gap");
        exposures = documents("exposure");
        renewed = System.nanoTime();
    }

    private SessionDocuments documents(String kind) {
        return new SessionDocuments(repository.objects(), writer.source(), kind);
    }

    /** Something is there that should not wait for the usual time. */
    void ring() {
        bell.release();
    }

    @Override
    public void run() {
        try {
            while (!board.isStopping()) {
                if (bell.tryAcquire(settings.uploadEvery().toMillis(), TimeUnit.MILLISECONDS)) {
                    bell.drainPermits();
                }
                attempt();
            }
        } catch (InterruptedException _) {
            // Told to stop.
        }
    }

    private void attempt() throws InterruptedException {
        try {
            uploadWhatIsThere(this::mayGoOn);
            acknowledger.ended().ifPresent(this::declare);
            renewIfQuiet();
            board.uploadTrouble(Optional.empty());
            backoff.succeeded();
        } catch (HoldfastException e) {
            if (e instanceof ClaimLostException
                    || e instanceof OtherClusterException
                    || e instanceof NameTakenException) {
                board.fail(e);
                return;
            }
            if (e instanceof CaptureException) {
                // The spool gave back what cannot be: read it again from the start.
                cutter = null;
                pending = null;
            }
            LOG.warn("upload failed session={} code={}", claim.session(), e.code(), e);
            board.uploadTrouble(Optional.of(e));
            pause.pause(backoff.next());
        }
    }

    /** Under load there is always a next piece: what is to be looked at now and then is looked at before each. */
    private boolean mayGoOn() {
        requireNewest();
        lookForChangesByOthers();
        return !board.isStopping();
    }

    /** Stores everything that the spool holds, when no thread runs this any more. */
    void drain() {
        uploadWhatIsThere(() -> true);
    }

    /** The same for as long as a stop may take: what is left then is for the next session. */
    void drain(Duration most) {
        long deadline = System.nanoTime() + most.toNanos();
        uploadWhatIsThere(() -> System.nanoTime() - deadline < 0);
    }

    /** @param mayGoOn asked before each piece: a backlog can be long */
    private void uploadWhatIsThere(BooleanSupplier mayGoOn) {
        while (mayGoOn.getAsBoolean()) {
            var runs = spool.runs();
            if (runs.isEmpty()) {
                return;
            }
            var current = cutter;
            if (current == null) {
                var first = runs.getFirst();
                var stored = wal.storedFrom(first.timeline(), first.start());
                if (stored.isAfter(first.end())) {
                    // The repository has more than this disk: it comes again from the server.
                    return;
                }
                current = open(first, stored);
            }
            var run = current.run();
            var live = runs.stream()
                    .filter(candidate -> candidate.number() == run.number())
                    .findFirst();
            if (live.isPresent() && uploadNext(current, live.get().end())) {
                continue;
            }
            var next = runs.stream()
                    .filter(candidate -> candidate.number() > run.number())
                    .findFirst();
            if (next.isEmpty()) {
                return;
            }
            declareGap(run, current.position(), next.get());
            open(next.get(), next.get().start());
        }
    }

    private PieceCutter open(SpoolRun run, Lsn stored) {
        var opened = new PieceCutter(spool, generation, run, stored, settings.uploadBytes());
        cutter = opened;
        historyStored = false;
        return opened;
    }

    private boolean uploadNext(PieceCutter from, Lsn available) {
        var piece = pending;
        if (piece == null) {
            var next = from.next(available);
            if (next.isEmpty()) {
                board.stored(from.run().timeline(), from.position());
                acknowledger.stored(from.run().timeline(), from.position());
                return false;
            }
            var range = next.get().footer().range();
            piece = next.get().covered(readings.coveredBy(range.timeline(), range.end()));
            pending = piece;
        }
        store(from.run(), piece);
        pending = null;
        var footer = piece.footer();
        acknowledger.stored(footer.range().timeline(), footer.range().end());
        acknowledger.ended().ifPresent(this::declare);
        wal.added(writer.source(), footer.range(), repository.store().now());
        board.recoverableTo(board.recoverableTo()
                .map(known -> known.onto(spool.history(footer.range().timeline())))
                .orElseGet(() -> RecoverableTo.of(footer))
                .after(footer));
        board.stored(footer.range().timeline(), footer.range().end());
        renewed = System.nanoTime();
        spool.release(from.run(), from.neededFrom());
        return true;
    }

    /** A timeline's history comes before any WAL on it. */
    private void store(SpoolRun run, PieceCutter.Piece piece) {
        if (!historyStored) {
            spool.historyFile(run.timeline()).ifPresent(text -> writer.storeHistory(run.timeline(), text));
            historyStored = true;
        }
        try {
            writer.store(piece.footer(), piece.content());
        } catch (ObjectExistsException _) {
            // An attempt that failed after the object had become visible: only this session writes here.
            requireSame(writer.source().piece(piece.footer().range()), piece);
        }
    }

    private void requireSame(ObjectKey key, PieceCutter.Piece piece) {
        var expected = ByteBuffer.wrap(
                piece.content(), 0, Math.toIntExact(piece.footer().range().bytes()));
        try (var reader = repository.objects().open(key, ObjectType.WAL_PIECE)) {
            for (var frame : reader.frames()) {
                var content = new byte[frame.plainLength()];
                reader.read(frame, content);
                if (content.length > expected.remaining()
                        || !expected.slice(expected.position(), content.length).equals(ByteBuffer.wrap(content))) {
                    throw CaptureException.differentPiece(key.text());
                }
                expected.position(expected.position() + content.length);
            }
            if (expected.hasRemaining()) {
                throw CaptureException.differentPiece(key.text());
            }
        }
    }

    private void declareGap(SpoolRun before, Lsn end, SpoolRun next) {
        if (follows(before, end, next)) {
            return;
        }
        var reason = local.gapReason(next.number());
        LOG.error("WAL is missing timeline={} from={} to={} reason={}", before.timeline(), end, next.start(), reason);
        declare(new GapDocument(
                before.timeline(),
                end,
                Optional.of(next.timeline()),
                Optional.of(next.start()),
                reason,
                clock.instant().truncatedTo(ChronoUnit.MILLIS)));
    }

    /** Names a gap beneath the claim. */
    void declare(GapDocument gap) {
        gaps.create(gap);
    }

    /** That commits were let go before they were stored, now that they are. */
    private void declare(ExposureDocument exposure) {
        exposures.create(exposure);
        acknowledger.declared(exposure);
    }

    private boolean follows(SpoolRun before, Lsn end, SpoolRun next) {
        if (before.timeline().equals(next.timeline())) {
            return !next.start().isAfter(end);
        }
        return spool.history(next.timeline())
                .leftAt(before.timeline())
                .filter(left -> !left.isAfter(end) && !next.start().isAfter(end))
                .isPresent();
    }

    /** Not for each of the pieces that commits wait for: a request costs as much as a piece. */
    private void requireNewest() {
        if (fenced == 0 || System.nanoTime() - fenced >= settings.uploadEvery().toNanos()) {
            claims.requireNewest(claim);
            fenced = System.nanoTime();
        }
    }

    /** Now and then: new keys, and an upgrade, which ends a capture of the cluster before it. */
    private void lookForChangesByOthers() {
        if (looked == 0 || Duration.ofNanos(System.nanoTime() - looked).compareTo(settings.renewEvery()) >= 0) {
            repository.refreshKeys();
            Generation.refuseOther(repository, generation.systemIdentifier());
            looked = System.nanoTime();
        }
    }

    /** Without WAL to store, a small document says that the session lives and how far the server is covered. */
    private void renewIfQuiet() {
        var document = coverage();
        board.recoverableTo()
                .filter(known -> known.timeline().equals(document.timeline()))
                .ifPresent(known -> board.recoverableTo(known.covered(document.coveredUntil())));
        if (Duration.ofNanos(System.nanoTime() - renewed).compareTo(settings.renewEvery()) < 0) {
            return;
        }
        covered.create(document);
        renewed = System.nanoTime();
    }

    /** Before there is anything to upload, only what earlier sessions have stored, or nothing at all. */
    private CoverageDocument coverage() {
        var from = cutter;
        if (from != null) {
            var timeline = from.run().timeline();
            return new CoverageDocument(timeline, from.position(), readings.coveredBy(timeline, from.position()));
        }
        return wal.newest()
                .map(range -> new CoverageDocument(range.timeline(), range.end(), Optional.empty()))
                .orElseGet(() -> new CoverageDocument(new TimelineId(1), Lsn.NONE, Optional.empty()));
    }
}
