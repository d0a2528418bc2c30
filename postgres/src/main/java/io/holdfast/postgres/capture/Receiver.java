package io.holdfast.postgres.capture;

import io.holdfast.postgres.Pause;
import io.holdfast.postgres.archive.GapReason;
import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.OtherClusterException;
import io.holdfast.postgres.cluster.ServerException;
import io.holdfast.postgres.cluster.ServerFacts;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.replication.Message;
import io.holdfast.postgres.replication.ReplicationClient;
import io.holdfast.postgres.replication.StreamStart;
import io.holdfast.postgres.replication.WalStream;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.WalEvent;
import io.holdfast.postgres.wal.WalOutcome;
import io.holdfast.postgres.wal.WalScanner;
import io.holdfast.postgres.wal.WalSink;
import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives WAL into the spool, and acknowledges what the spool has made durable. Whatever ends a connection, it connects
 * again, each time checking whom it talks to. A thread of its own.
 */
final class Receiver implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Receiver.class);

    private static final int BATCH = 1 << 20;
    private static final int LONGEST_MESSAGE = 1 << 18;
    private static final Duration PULSE = Duration.ofMillis(250);
    private static final Duration REPORT_EVERY = Duration.ofSeconds(1);

    /** undefined_file: "requested WAL segment %s has already been removed", src/backend/access/transam/xlogreader.c. */
    private static final String SEGMENT_REMOVED = "58P01";

    private final CaptureSettings settings;
    private final ClusterIdentity identity;
    private final Generation generation;
    private final Spool spool;
    private final LocalState local;
    private final CaptureBoard board;
    private final Acknowledger acknowledger;
    private final Runnable bell;
    private final Backoff backoff;
    private final Pause pause;
    private final InstantSource clock;
    private final ServerSlot slot;
    private final byte[] batch = new byte[BATCH + LONGEST_MESSAGE];
    private int used;
    private long rung;
    private @Nullable WalScanner scanner;
    private long scannedRun;
    private boolean full;
    private GapReason cause = GapReason.WAL_REMOVED;
    private boolean broken;

    /** A backup waits for the WAL up to its end, in whatever process: it is stored at once. */
    private boolean hurried;

    private final WalSink ends = new WalSink() {

        @Override
        public void transaction(long end, int xid, long micros, boolean committed) {}

        @Override
        public void event(WalEvent event) {
            switch (event) {
                case WalEvent.BackupEnd _ -> hurried = true;
                case WalEvent.Checkpoint checkpoint
                when checkpoint.shutdown() -> acknowledger.shutdownCheckpoint(checkpoint.end());
                default -> {}
            }
        }
    };

    /** What a receiver works with. */
    record Tools(
            CaptureSettings settings,
            ClusterIdentity identity,
            Spool spool,
            LocalState local,
            CaptureBoard board,
            Acknowledger acknowledger,
            Runnable bell,
            Backoff backoff,
            Pause pause,
            InstantSource clock) {}

    Receiver(Tools tools) {
        settings = tools.settings();
        identity = tools.identity();
        generation = identity.generation();
        spool = tools.spool();
        local = tools.local();
        board = tools.board();
        acknowledger = tools.acknowledger();
        bell = tools.bell();
        backoff = tools.backoff();
        pause = tools.pause();
        clock = tools.clock();
        slot = new ServerSlot(settings.slot());
    }

    @Override
    public void run() {
        try {
            while (!board.isStopping()) {
                try {
                    if (full) {
                        awaitRoom();
                    }
                    capture();
                } catch (HoldfastException e) {
                    if (isFinal(e)) {
                        LOG.error("capture cannot go on member={} code={}", settings.member(), e.code(), e);
                        board.fail(e);
                        return;
                    }
                    wait(e);
                }
            }
        } catch (InterruptedException _) {
            // Told to stop.
        }
    }

    private static boolean isFinal(HoldfastException e) {
        return e instanceof OtherClusterException
                || (e instanceof CaptureException && !e.retryable() && e.kind() == ProblemKind.REFUSED);
    }

    private void wait(HoldfastException e) throws InterruptedException {
        if (board.isStopping()) {
            return;
        }
        board.state(new CaptureState.Waiting(e.code(), String.valueOf(e.getMessage()), e.hint()));
        if (e instanceof SpoolException spoolProblem && spoolProblem.full()) {
            giveUpSlot();
        }
        pause.pause(backoff.next());
    }

    /** The policy at the limit: what is here stays, the rest is given up, so that no disk fills on either side. */
    private void giveUpSlot() {
        if (!full) {
            LOG.error(
                    "the spool is full: the slot is given up and a base backup will be needed slot={}",
                    settings.slot());
            full = true;
            try {
                local.wantBackup(new WantedBackup(GapReason.SPOOL_FULL, clock.instant()));
            } catch (HoldfastException e) {
                // The slot matters more: a gap that comes of it asks for the backup once more before WAL is taken
                // again.
                LOG.error("that a base backup is needed cannot be written down yet code={}", e.code(), e);
            }
        }
    }

    private void awaitRoom() throws InterruptedException {
        boolean dropped = false;
        while (!board.isStopping() && !spool.hasRoom()) {
            dropped = dropped || dropSlot();
            pause.pause(backoff.next());
        }
        if (!dropped) {
            dropSlot();
        }
    }

    private boolean dropSlot() {
        try (var sql = SqlSession.open(settings.server())) {
            slot.drop(sql);
            return true;
        } catch (HoldfastException e) {
            LOG.warn("the slot cannot be dropped yet slot={} code={}", settings.slot(), e.code());
            return false;
        }
    }

    private void capture() {
        board.state(new CaptureState.Connecting());
        try (var sql = SqlSession.open(settings.server());
                var client = ReplicationClient.connect(settings.server(), clock)) {
            sql.allowSilence(settings.silenceLimit());
            requireSameCluster(sql, client);
            switch (slot.ensure(sql, client)) {
                case USABLE -> {}
                case CREATED, REPLACED -> cause = full ? GapReason.SPOOL_FULL : GapReason.SLOT_LOST;
            }
            full = false;
            var plan = new StreamPlan(spool, local, slot, clock);
            while (!board.isStopping()) {
                follow(plan, sql, client);
            }
        }
    }

    private void requireSameCluster(SqlSession sql, ReplicationClient client) {
        var facts = ServerFacts.read(sql);
        identity.require(facts);
        identity.require(client);
    }

    private void follow(StreamPlan plan, SqlSession sql, ReplicationClient client) {
        var run = plan.next(sql, client);
        try {
            stream(sql, client, run);
        } catch (ServerException e) {
            if (!e.sqlState().orElse("").equals(SEGMENT_REMOVED)) {
                throw e;
            }
            LOG.error(
                    "the server no longer has the WAL from {}: {}",
                    spool.last().orElseThrow().end(),
                    e.getMessage());
            slot.replace(client);
            plan.beginAfterGap(cause, sql, client);
            cause = GapReason.WAL_REMOVED;
        }
    }

    private void stream(SqlSession sql, ReplicationClient client, SpoolRun run) {
        var from = run.end();
        var scan = scannerAt(run);
        requireNotBehind(sql, run, scan.validEnd());
        var rejoin = new Rejoin(spool, run, scan.validEnd());
        var stream =
                client.stream(StreamStart.of(rejoin.position(), run.timeline()).withSlot(settings.slot()));
        board.received(from);
        acknowledger.begin(stream, run.timeline(), slot.restart(sql).orElse(Lsn.NONE), !isStandby(sql));
        try {
            take(stream, run, client, scan, rejoin);
        } finally {
            acknowledger.end();
        }
    }

    /** Until the stream ends. */
    private void take(WalStream stream, SpoolRun run, ReplicationClient client, WalScanner scan, Rejoin rejoin) {
        var from = run.end();
        boolean progress = false;
        long reported = 0;
        used = 0;
        while (!board.isStopping()) {
            boolean reply = false;
            boolean ended = false;
            switch (stream.receive(PULSE)) {
                case Message.WalData data -> {
                    add(scan, rejoin, data);
                    drain(stream, scan, rejoin);
                    store(scan);
                    progress = !scan.position().equals(from);
                    reply = true;
                }
                case Message.Keepalive keepalive -> reply = keepalive.replyRequested();
                case Message.Idle _ -> requireAlive(stream);
                case Message.EndOfTimeline _ -> ended = true;
            }
            if (!broken) {
                board.state(new CaptureState.Streaming());
                backoff.succeeded();
            }
            if (ended) {
                if (!progress && from.equals(scan.position())) {
                    throwUnlessServerMovedOn(client, run);
                }
                return;
            }
            long now = System.nanoTime();
            if (reply || now - reported > REPORT_EVERY.toNanos()) {
                boolean ask = stream.silence().compareTo(settings.silenceLimit().dividedBy(3)) > 0;
                acknowledge(scan, rejoin, ask);
                reported = now;
            }
        }
        acknowledge(scan, rejoin, false);
    }

    private static boolean isStandby(SqlSession sql) {
        return sql.one("SELECT pg_is_in_recovery() AS standby", row -> row.flag("standby"));
    }

    /** A primary has flushed all that it ever sent. A standby may have received less, and gets the rest. */
    private static void requireNotBehind(SqlSession sql, SpoolRun run, Lsn validEnd) {
        ServerClockReading.take(sql)
                .filter(now -> now.timeline().equals(run.timeline()))
                .map(ServerClockReading::flushed)
                .filter(flushed -> flushed.isBefore(validEnd))
                .ifPresent(flushed -> {
                    throw CaptureException.wentBack(run.timeline(), flushed, validEnd);
                });
    }

    /** Not beyond what this server is known to have. */
    private void acknowledge(WalScanner scan, Rejoin rejoin, boolean ask) {
        acknowledger.received(rejoin.isOver() ? scan.position() : rejoin.position(), ask);
    }

    /** Takes what has arrived meanwhile, so that one force serves it all. */
    private void drain(WalStream stream, WalScanner scan, Rejoin rejoin) {
        while (used < BATCH) {
            switch (stream.receive(Duration.ZERO)) {
                case Message.WalData data -> add(scan, rejoin, data);
                case Message.Keepalive _ -> {
                    // An acknowledgement follows in any case.
                }
                case Message.Idle _, Message.EndOfTimeline _ -> {
                    // The end of a timeline is reported again by the next call.
                    return;
                }
            }
        }
    }

    private void add(WalScanner scan, Rejoin rejoin, Message.WalData data) {
        var start = rejoin.take(data);
        int length = data.bytes().remaining();
        if (length == 0) {
            return;
        }
        var expected = scan.position().plus(used);
        if (!start.equals(expected)) {
            throw CaptureException.outOfOrder(expected, start);
        }
        data.bytes().get(batch, used, length);
        used += length;
    }

    /** Verified, then durable, then acknowledged. */
    private void store(WalScanner scan) {
        var start = scan.position();
        int length = used;
        used = 0;
        if (scan.feed(start, ByteBuffer.wrap(batch, 0, length)) instanceof WalOutcome.Broken outcome) {
            scanner = null;
            broken = true;
            int good = (int) Math.max(0, outcome.validEnd().minus(start));
            if (good > 0) {
                spool.append(batch, 0, good);
            }
            throw CaptureException.walBroken(outcome);
        }
        broken = false;
        try {
            spool.append(batch, 0, length);
        } catch (SpoolException e) {
            scanner = null;
            throw e;
        }
        board.received(scan.position());
        rung += length;
        if (rung >= settings.uploadBytes() || hurried || acknowledger.hurries()) {
            rung = 0;
            hurried = false;
            bell.run();
        }
    }

    private WalScanner scannerAt(SpoolRun run) {
        var known = scanner;
        if (known == null || scannedRun != run.number() || !known.position().equals(run.end())) {
            known = new SpoolScan(spool, generation).to(run, run.end(), ends);
            scanner = known;
            scannedRun = run.number();
        }
        return known;
    }

    private void requireAlive(WalStream stream) {
        if (stream.silence().compareTo(settings.silenceLimit()) > 0) {
            throw CaptureException.silent(stream.silence());
        }
    }

    private static void throwUnlessServerMovedOn(ReplicationClient client, SpoolRun run) {
        if (client.identifySystem().timeline().equals(run.timeline())) {
            throw CaptureException.noProgress();
        }
    }
}
