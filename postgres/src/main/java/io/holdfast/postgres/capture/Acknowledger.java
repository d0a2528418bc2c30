package io.holdfast.postgres.capture;

import io.holdfast.postgres.archive.ExposureDocument;
import io.holdfast.postgres.cluster.ServerException;
import io.holdfast.postgres.replication.WalStream;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the server what is safe, from the thread that receives and, if a commit is to wait for the repository, at once from
 * the one that uploads. Thread-safe.
 */
final class Acknowledger {

    private static final Logger LOG = LoggerFactory.getLogger(Acknowledger.class);

    private final Acknowledgement policy;
    private final LocalState local;
    private final CaptureBoard board;
    private final InstantSource clock;
    private final Map<TimelineId, Lsn> stored = new HashMap<>();

    private @Nullable WalStream stream;
    private TimelineId timeline = new TimelineId(1);
    private Lsn received = Lsn.NONE;
    private Lsn toldBefore = Lsn.NONE;
    private boolean awaitable = true;

    /** End of the newest shutdown checkpoint. */
    private Lsn shutdown = Lsn.NONE;

    /** When the repository was last seen to keep up. */
    private long keptUp = System.nanoTime();

    private Optional<Exposure> exposure;
    private Optional<ExposureDocument> ended = Optional.empty();

    /** Whether commits are let go with what the spool has, since the repository takes nothing. */
    private boolean degraded;

    /** End of what was let go. */
    private Lsn letGo = Lsn.NONE;

    /** When the repository took something last, or had not begun to. */
    private Lsn receivedBefore = Lsn.NONE;

    /** @param spool in which an exposure of an earlier session ends */
    Acknowledger(Acknowledgement policy, Spool spool, LocalState local, CaptureBoard board, InstantSource clock) {
        this.policy = policy;
        this.local = local;
        this.board = board;
        this.clock = clock;
        this.exposure = local.exposure();
        exposure.ifPresent(open -> goOn(open, spool));
    }

    private void goOn(Exposure open, Spool spool) {
        board.exposed(true);
        spool.runs().stream()
                .filter(run -> run.timeline().equals(open.timeline()))
                .reduce((_, last) -> last)
                .ifPresentOrElse(run -> letGo = run.end(), () -> end(open));
    }

    /** Whether what is received is to be stored without waiting for more. */
    boolean hurries() {
        return policy instanceof Acknowledgement.Stored;
    }

    /**
     * A stream begins.
     *
     * @param told what the server was told before: less is never said again, since commits were let go with it, and the slot
     *     would go back to WAL that the server may have removed
     * @param primary whether commits can wait for it; a standby passes nothing on to anybody who waits
     */
    synchronized void begin(WalStream next, TimelineId on, Lsn told, boolean primary) {
        stream = next;
        timeline = on;
        toldBefore = told;
        awaitable = primary;
        received = Lsn.NONE;
        keptUp = System.nanoTime();
    }

    synchronized void end() {
        stream = null;
    }

    /** The server has ended its last work: nobody waits for more, and it may not wait for us. */
    synchronized void shutdownCheckpoint(Lsn end) {
        shutdown = end;
    }

    /**
     * The spool has everything up to a position.
     *
     * @param ask the server for a sign of life
     */
    synchronized void received(Lsn position, boolean ask) {
        received = position;
        if (policy instanceof Acknowledgement.Stored(Optional<Duration> degradeAfter)) {
            if (degraded || !awaitable || !stored().isBefore(received)) {
                keptUp = System.nanoTime();
            } else {
                degradeAfter
                        .filter(limit -> System.nanoTime() - keptUp > limit.toNanos())
                        .ifPresent(_ -> degrade());
            }
        }
        tell(ask);
    }

    /** The repository has everything of a timeline up to a position. */
    synchronized void stored(TimelineId on, Lsn position) {
        stored.put(on, position);
        if (on.equals(timeline)) {
            keptUp = System.nanoTime();
            if (degraded && !position.isBefore(receivedBefore)) {
                LOG.info("the repository keeps up again: commits wait for it");
                degraded = false;
            }
            receivedBefore = received;
        }
        exposure.filter(open -> !degraded && open.timeline().equals(on) && !position.isBefore(letGo))
                .ifPresent(this::end);
        if (on.equals(timeline) && hurries()) {
            try {
                tell(false);
            } catch (ServerException e) {
                LOG.debug("the server could not be told what is stored; whoever receives finds out why", e);
            }
        }
    }

    private void degrade() {
        LOG.error(
                "the repository takes nothing: commits no longer wait for it timeline={} from={}", timeline, stored());
        if (exposure.isEmpty()) {
            var begun = new Exposure(timeline, stored(), clock.instant().truncatedTo(ChronoUnit.MILLIS));
            local.remember(begun);
            exposure = Optional.of(begun);
            board.exposed(true);
        }
        degraded = true;
        ended = Optional.empty();
        // What is stored first may be what was on its way when this began: it only shows that something is taken again.
        receivedBefore = new Lsn(Long.MAX_VALUE);
    }

    private void end(Exposure open) {
        ended = Optional.of(new ExposureDocument(
                open.timeline(),
                open.from(),
                Lsn.later(letGo, open.from()),
                open.since(),
                clock.instant().truncatedTo(ChronoUnit.MILLIS)));
    }

    /** An exposure that is over and of which the repository does not know. */
    synchronized Optional<ExposureDocument> ended() {
        return ended;
    }

    /** The repository knows. */
    synchronized void declared(ExposureDocument document) {
        if (degraded || !ended.filter(document::equals).isPresent()) {
            // Commits were let go again meanwhile: that exposure is not over.
            return;
        }
        local.forgetExposure();
        ended = Optional.empty();
        exposure = Optional.empty();
        board.exposed(false);
    }

    private Lsn stored() {
        return stored.getOrDefault(timeline, Lsn.NONE);
    }

    private void tell(boolean ask) {
        var flowing = stream;
        if (flowing == null || received.equals(Lsn.NONE)) {
            return;
        }
        switch (policy) {
            case Acknowledgement.Spool _ -> flowing.acknowledge(received, received, Lsn.NONE, ask);
            case Acknowledgement.Stored _ -> {
                var safe = safe();
                // Also a commit with remote_apply returns: there is nobody who would see it later here than there.
                flowing.acknowledge(received, safe, safe, ask);
            }
        }
    }

    private Lsn safe() {
        if (degraded) {
            letGo = Lsn.later(letGo, received);
            toldBefore = Lsn.later(toldBefore, received);
            return received;
        }
        if (!awaitable || shutdown.equals(received)) {
            return received;
        }
        toldBefore = Lsn.later(toldBefore, Lsn.earlier(received, stored()));
        return Lsn.earlier(received, toldBefore);
    }
}
