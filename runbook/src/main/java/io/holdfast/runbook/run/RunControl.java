package io.holdfast.runbook.run;

import io.holdfast.runbook.journal.Claim;
import io.holdfast.runbook.journal.Mode;
import io.holdfast.runbook.journal.RunRow;
import io.holdfast.runbook.journal.SupersededException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the threads of one run know of the world outside: whether the run is still theirs, whether a person has changed
 * anything, and which of them can go on. The engine's watch tells it. Thread-safe.
 */
final class RunControl {

    /** Every thread of the run waits for a person. */
    static final class ParkedException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** This process gives the run up; what happens to it is somebody else's to record. */
    static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private final Claim claim;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, Running> running = new ConcurrentHashMap<>();

    /**
     * Those of them of which the watch has not looked yet whether a person has overtaken them: what a person did between the
     * intent of an attempt and its registration here, it has observed and found nothing to interrupt.
     */
    private final Map<String, Running> unseen = new ConcurrentHashMap<>();

    private RunRow seen;
    private boolean superseded;
    private boolean parked;
    private boolean stopped;
    private int active = 1;
    private int stuck;

    /** An attempt that can be interrupted. */
    record Running(int number, Attempt<?> attempt) {}

    RunControl(Claim claim, RunRow row) {
        this.claim = claim;
        this.seen = row;
    }

    /** From the watch: the run as it is recorded now. Returns whether a person has changed something. */
    boolean observe(RunRow row) {
        lock.lock();
        try {
            if (row.epoch() > claim.epoch() || row.state().isEnd()) {
                supersede();
                return false;
            }
            if (row.revision() == seen.revision()) {
                return false;
            }
            seen = row;
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The run is somebody else's by now: nothing here goes on. */
    void supersede() {
        lock.lock();
        try {
            superseded = true;
            running.values().forEach(one -> one.attempt().interrupt());
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isSuperseded() {
        lock.lock();
        try {
            return superseded;
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of the run without recording anything more. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            supersede();
        } finally {
            lock.unlock();
        }
    }

    /** Before an outcome is recorded: an interruption that comes from our own end is none of the action's. */
    void checkStopped() {
        lock.lock();
        try {
            if (stopped) {
                throw new StoppedException();
            }
        } finally {
            lock.unlock();
        }
    }

    long revision() {
        lock.lock();
        try {
            return seen.revision();
        } finally {
            lock.unlock();
        }
    }

    boolean pauseRequested() {
        lock.lock();
        try {
            return seen.pauseRequested();
        } finally {
            lock.unlock();
        }
    }

    Mode mode() {
        lock.lock();
        try {
            return seen.mode();
        } finally {
            lock.unlock();
        }
    }

    /**
     * @throws SupersededException if the run is somebody else's
     */
    void check() {
        lock.lock();
        try {
            checkStopped();
            if (superseded) {
                throw new SupersededException(claim);
            }
            if (parked) {
                throw new ParkedException();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Threads of the run begin, or, negative, end or wait for others of it. */
    void active(int difference) {
        lock.lock();
        try {
            active += difference;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a time, or until a person changes something; returns whether all of the time has passed. */
    boolean pause(long revision, Duration time) throws InterruptedException {
        var left = time.toNanos();
        lock.lock();
        try {
            while (left > 0 && seen.revision() == revision && !superseded && !parked) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
        check();
        return left <= 0;
    }

    /**
     * Waits until a person changes something.
     *
     * @param deadline of the run
     * @return true if all threads of the run wait, so that it should be parked
     */
    boolean stuck(long revision, Instant deadline, Instant now) throws InterruptedException {
        lock.lock();
        try {
            stuck++;
            var left = Duration.between(now, deadline).toNanos();
            while (left > 0 && seen.revision() == revision && !superseded && !parked && stuck < active) {
                left = changed.awaitNanos(left);
            }
            return stuck >= active && seen.revision() == revision && !superseded && !parked;
        } finally {
            stuck--;
            lock.unlock();
        }
    }

    void park() {
        lock.lock();
        try {
            parked = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void began(String step, Running one) {
        running.put(step, one);
        unseen.put(step, one);
        lock.lock();
        try {
            if (superseded) {
                one.attempt().interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    void ended(String step) {
        running.remove(step);
        unseen.remove(step);
    }

    /**
     * From the watch: the attempts of which it is to look whether a person has overtaken them.
     *
     * @param changed whether a person has changed something; otherwise only those of which it never did
     */
    Map<String, Running> toLookAt(boolean changed) {
        var fresh = Map.copyOf(unseen);
        fresh.forEach(unseen::remove);
        return changed ? Map.copyOf(running) : fresh;
    }

    /** From the watch: it could not look. */
    void lookAgain(Map<String, Running> attempts) {
        attempts.forEach(unseen::putIfAbsent);
    }
}
