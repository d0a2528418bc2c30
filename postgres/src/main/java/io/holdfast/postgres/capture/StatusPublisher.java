package io.holdfast.postgres.capture;

import io.holdfast.postgres.archive.Divergence;
import io.holdfast.postgres.archive.RecoverableTo;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the status of a capture to its state folder every second. A thread of its own. */
final class StatusPublisher implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(StatusPublisher.class);

    private static final long EVERY_MILLIS = 1000;
    private static final Duration STALE = Duration.ofMinutes(1);

    private final CaptureSettings settings;
    private final LocalState local;
    private final CaptureBoard board;
    private final InstantSource clock;
    private final Instant begun;
    private boolean ended;

    /** Whether it was said already that nothing can be published. */
    private volatile boolean silent;

    private volatile Optional<Spool> spool = Optional.empty();

    StatusPublisher(CaptureSettings settings, LocalState local, CaptureBoard board, InstantSource clock) {
        this.settings = settings;
        this.local = local;
        this.board = board;
        this.clock = clock;
        this.begun = clock.instant();
    }

    void spool(Spool opened) {
        spool = Optional.of(opened);
    }

    @Override
    public void run() {
        try {
            while (awaitNext()) {
                publish();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        publish();
    }

    private synchronized boolean awaitNext() throws InterruptedException {
        long next = System.nanoTime() + EVERY_MILLIS * 1_000_000;
        while (!ended && next - System.nanoTime() > 1_000_000) {
            wait((next - System.nanoTime()) / 1_000_000);
        }
        return !ended;
    }

    /** Publishes once more and ends. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    void publish() {
        try {
            local.writeWhatWaits();
            local.publish(status());
            silent = false;
        } catch (RuntimeException e) {
            if (!silent) {
                LOG.warn("the status cannot be published folder={}", local.folder(), e);
            }
            silent = true;
        }
    }

    CaptureStatus status() {
        var wanted = local.wantedBackup();
        long spooled = spool.map(Spool::bytes).orElse(0L);
        return new CaptureStatus(
                settings.member(),
                clock.instant(),
                ProcessHandle.current().pid(),
                board.session(),
                board.state(),
                board.agreedTo(),
                board.received(),
                board.serverFlushed(),
                board.lag(),
                board.slot().retained(),
                board.slot().safe(),
                board.secondsToFullDisk(),
                spooled,
                settings.spoolLimit(),
                risks(wanted, spooled),
                wanted,
                board.uploadTrouble()
                        .map(e -> String.valueOf(e.getMessage()))
                        .or(() -> board.divergence().map(Divergence::explain)));
    }

    private SortedSet<RiskReason> risks(Optional<WantedBackup> wanted, long spooled) {
        var risks = new TreeSet<RiskReason>();
        switch (board.state()) {
            case CaptureState.Streaming _ -> {}
            case CaptureState.Waiting waiting -> {
                risks.add(RiskReason.NOT_STREAMING);
                if (waiting.code().equals("capture.wal-broken")) {
                    risks.add(RiskReason.WAL_BROKEN);
                }
            }
            case CaptureState.Connecting _, CaptureState.Stopped _ -> risks.add(RiskReason.NOT_STREAMING);
        }
        if (board.uploadTrouble().isPresent()) {
            risks.add(RiskReason.UPLOAD_FAILING);
        }
        if (board.mergeTrouble().isPresent()) {
            risks.add(RiskReason.MERGE_FAILING);
        }
        if (board.divergence().isPresent()) {
            risks.add(RiskReason.DIVERGED);
        }
        if (spooled > settings.spoolLimit() / 2) {
            risks.add(RiskReason.SPOOL_FILLING);
        }
        if (wanted.isPresent()) {
            risks.add(RiskReason.BACKUP_WANTED);
        }
        if (board.isExposed()) {
            risks.add(RiskReason.EXPOSED);
        }
        if (board.state() instanceof CaptureState.Streaming && !board.isStandby()) {
            board.isAwaited().flatMap(this::riskOfAck).ifPresent(risks::add);
        }
        if (isStale()) {
            risks.add(RiskReason.COVERAGE_STALE);
        }
        var safe = board.slot().safe();
        var retained = board.slot().retained();
        if (safe.isPresent() && retained.isPresent() && safe.getAsLong() < retained.getAsLong()) {
            risks.add(RiskReason.SLOT_AT_RISK);
        }
        return Collections.unmodifiableSortedSet(risks);
    }

    private Optional<RiskReason> riskOfAck(boolean awaited) {
        return switch (settings.acknowledgement()) {
            case Acknowledgement.Spool _ -> awaited ? Optional.of(RiskReason.AWAITED_BY_SPOOL) : Optional.empty();
            case Acknowledgement.Stored _ -> awaited ? Optional.empty() : Optional.of(RiskReason.NOT_AWAITED);
        };
    }

    /** A standby does not know what its primary has flushed. */
    private boolean isStale() {
        if (board.isStandby()) {
            return false;
        }
        var since = board.recoverableTo().flatMap(RecoverableTo::coveredUntil).orElse(begun);
        return Duration.between(since, clock.instant()).compareTo(STALE) > 0;
    }
}
