package io.holdfast.postgres.capture;

import io.holdfast.postgres.archive.Divergence;
import io.holdfast.postgres.archive.RecoverableTo;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.problem.HoldfastException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the threads of a capture tell each other and the world. Thread-safe. */
final class CaptureBoard {

    private static final Logger LOG = LoggerFactory.getLogger(CaptureBoard.class);

    private CaptureState state = new CaptureState.Connecting();
    private boolean stopping;
    private boolean standby;
    private boolean exposed;
    private Optional<Boolean> awaited = Optional.empty();
    private @Nullable HoldfastException end;
    private Optional<RecoverableTo> recoverableTo = Optional.empty();
    private Optional<Lsn> received = Optional.empty();

    /** Positions of different timelines are not comparable: each has its own. */
    private final Map<TimelineId, Lsn> stored = new HashMap<>();

    private Optional<ServerClockReading> serverFlushed = Optional.empty();
    private Optional<HoldfastException> uploadTrouble = Optional.empty();
    private Optional<HoldfastException> mergeTrouble = Optional.empty();
    private Optional<Divergence> divergence = Optional.empty();
    private ServerSlot.Retention slot = ServerSlot.Retention.UNKNOWN;
    private OptionalLong secondsToFullDisk = OptionalLong.empty();
    private int session;

    synchronized void state(CaptureState next) {
        if (state instanceof CaptureState.Stopped || state.equals(next)) {
            return;
        }
        state = next;
        switch (next) {
            case CaptureState.Connecting _ -> LOG.debug("capture is connecting session={}", session);
            case CaptureState.Streaming _ -> LOG.info("capture is streaming session={}", session);
            case CaptureState.Waiting waiting ->
                LOG.warn("capture is waiting session={} code={} reason={}", session, waiting.code(), waiting.reason());
            case CaptureState.Stopped stopped ->
                LOG.info("capture has stopped session={} code={} reason={}", session, stopped.code(), stopped.reason());
        }
        notifyAll();
    }

    synchronized CaptureState state() {
        return state;
    }

    /** Asks every thread to come to its end. */
    synchronized void stop() {
        stopping = true;
        notifyAll();
    }

    /** Ends the capture for a reason that waiting does not cure. */
    synchronized void fail(HoldfastException problem) {
        if (end == null) {
            end = problem;
        }
        state(new CaptureState.Stopped(problem.code(), String.valueOf(problem.getMessage())));
        stop();
    }

    synchronized boolean isStopping() {
        return stopping;
    }

    synchronized Optional<HoldfastException> end() {
        return Optional.ofNullable(end);
    }

    synchronized void awaitStop() throws InterruptedException {
        while (!stopping) {
            wait();
        }
    }

    synchronized void session(int number) {
        session = number;
    }

    synchronized int session() {
        return session;
    }

    synchronized void received(Lsn position) {
        received = Optional.of(position);
    }

    synchronized Optional<Lsn> received() {
        return received;
    }

    synchronized void stored(TimelineId timeline, Lsn position) {
        stored.put(timeline, position);
        uploadTrouble = Optional.empty();
        notifyAll();
    }

    /** Flushed by the server and not stored; empty while nothing of its timeline was looked at. */
    synchronized OptionalLong lag() {
        var flushed = serverFlushed.orElse(null);
        var reached = flushed == null ? null : stored.get(flushed.timeline());
        return flushed == null || reached == null
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, flushed.flushed().minus(reached)));
    }

    /** Whether everything of a timeline up to {@code position} is stored, after waiting for it if need be. */
    synchronized boolean awaitStored(TimelineId timeline, Lsn position, long millis) throws InterruptedException {
        long deadline = System.nanoTime() + millis * 1_000_000;
        while (stored.getOrDefault(timeline, Lsn.NONE).isBefore(position)) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0 || end != null) {
                return false;
            }
            wait(Math.min(left, 100));
        }
        return true;
    }

    synchronized void recoverableTo(RecoverableTo position) {
        recoverableTo = Optional.of(position);
    }

    synchronized Optional<RecoverableTo> recoverableTo() {
        return recoverableTo;
    }

    /** What of it counts, given what others have stored. */
    synchronized Optional<RecoverableTo> agreedTo() {
        return recoverableTo.map(reached -> divergence.map(reached::upTo).orElse(reached));
    }

    synchronized void serverFlushed(ServerClockReading reading) {
        serverFlushed = Optional.of(reading);
    }

    synchronized Optional<Lsn> serverFlushed() {
        return serverFlushed.map(ServerClockReading::flushed);
    }

    synchronized void slot(ServerSlot.Retention retention) {
        slot = retention;
    }

    synchronized ServerSlot.Retention slot() {
        return slot;
    }

    synchronized void secondsToFullDisk(OptionalLong seconds) {
        secondsToFullDisk = seconds;
    }

    synchronized OptionalLong secondsToFullDisk() {
        return secondsToFullDisk;
    }

    synchronized void uploadTrouble(Optional<HoldfastException> problem) {
        uploadTrouble = problem;
    }

    synchronized Optional<HoldfastException> uploadTrouble() {
        return uploadTrouble;
    }

    synchronized void mergeTrouble(Optional<HoldfastException> problem) {
        mergeTrouble = problem;
    }

    /** Whether the server is a standby: when it is covered cannot be known then. */
    synchronized void standby(boolean is) {
        standby = is;
    }

    synchronized boolean isStandby() {
        return standby;
    }

    /** Whether commits were let go that the repository does not hold. */
    synchronized void exposed(boolean is) {
        exposed = is;
    }

    synchronized boolean isExposed() {
        return exposed;
    }

    /** Whether commits on the server wait for this capture; empty while that is not known. */
    synchronized void awaited(Optional<Boolean> is) {
        awaited = is;
    }

    synchronized Optional<Boolean> isAwaited() {
        return awaited;
    }

    synchronized void divergence(Optional<Divergence> found) {
        if (found.isPresent() && divergence.isEmpty()) {
            LOG.error("{}", found.get().explain());
        }
        divergence = found;
    }

    synchronized Optional<Divergence> divergence() {
        return divergence;
    }

    synchronized Optional<HoldfastException> mergeTrouble() {
        return mergeTrouble;
    }
}
