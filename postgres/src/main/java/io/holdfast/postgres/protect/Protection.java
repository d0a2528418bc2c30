package io.holdfast.postgres.protect;

import io.holdfast.postgres.Pause;
import io.holdfast.postgres.capture.Capture;
import io.holdfast.postgres.capture.CaptureState;
import io.holdfast.postgres.capture.WantedBackup;
import io.holdfast.problem.HoldfastException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one member protected: a capture that runs, and a base backup whenever one is due or a gap requires one. Runs in
 * the thread that calls {@link #run}; {@link #stop} may be called by any, such as a shutdown hook.
 */
public final class Protection {

    private static final Logger LOG = LoggerFactory.getLogger(Protection.class);

    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);
    private static final Duration BACKUP_CHECK = Duration.ofSeconds(1);

    private final Capture capture;
    private final Backups backups;
    private final Duration backupEvery;
    private final ServiceManager manager;
    private final InstantSource clock;
    private final Pause pause;
    private volatile boolean stopping;
    private volatile Optional<Instant> notBefore = Optional.empty();
    private Optional<Thread> running = Optional.empty();

    /** Takes base backups; the protection decides when. */
    public interface Backups {

        /** When the newest backup was begun; empty if there is none. */
        Optional<Instant> newest();

        /** Takes one, to the end. An interrupt ends it without one. */
        void take();
    }

    /**
     * Brings together what is needed.
     *
     * @param capture started; closed at the end
     * @param backupEvery longest time between the beginnings of two backups
     */
    public Protection(
            Capture capture,
            Backups backups,
            Duration backupEvery,
            ServiceManager manager,
            InstantSource clock,
            Pause pause) {
        this.capture = capture;
        this.backups = backups;
        this.backupEvery = backupEvery;
        this.manager = manager;
        this.clock = clock;
        this.pause = pause;
    }

    /**
     * Runs until it is stopped, or the capture may not go on.
     *
     * @throws HoldfastException why the capture may not go on
     */
    public void run() throws InterruptedException {
        try {
            loop();
        } finally {
            manager.stopping();
            if (running.isPresent()) {
                running.get().interrupt();
                running.get().join();
            }
            capture.close();
        }
        if (capture.problem().isPresent()) {
            throw capture.problem().get();
        }
    }

    /** Ends {@link #run} soon: a backup that is being taken is given up, what was captured is stored. */
    public void stop() {
        stopping = true;
    }

    private void loop() throws InterruptedException {
        boolean ready = false;
        long told = 0;
        long looked = 0;
        long interval = manager.watchdogInterval().map(Duration::toNanos).orElse(Long.MAX_VALUE);
        while (!stopping) {
            var state = capture.status().state();
            if (state instanceof CaptureState.Stopped) {
                return;
            }
            if (!ready && state instanceof CaptureState.Streaming) {
                manager.ready();
                ready = true;
            }
            long now = System.nanoTime();
            if (interval != Long.MAX_VALUE && (told == 0 || now - told > interval)) {
                manager.alive(describe(state));
                told = now;
            }
            if (ready && now - looked > BACKUP_CHECK.toNanos()) {
                backUpIfDue();
                looked = now;
            }
            pause.pause(TICK);
        }
    }

    private static String describe(CaptureState state) {
        return switch (state) {
            case CaptureState.Connecting _ -> "connecting";
            case CaptureState.Streaming _ -> "streaming";
            case CaptureState.Waiting waiting -> "waiting: " + waiting.reason();
            case CaptureState.Stopped stopped -> "stopped: " + stopped.reason();
        };
    }

    /** In a thread of its own: the service manager wants to hear from us meanwhile. */
    private void backUpIfDue() {
        if (running.filter(Thread::isAlive).isPresent()) {
            return;
        }
        var now = clock.instant();
        if (notBefore.filter(now::isBefore).isPresent()) {
            return;
        }
        var wanted = capture.localState().wantedBackup();
        if (wanted.isPresent() || isDue(now)) {
            running = Optional.of(Thread.ofPlatform().name("scheduled-backup").start(() -> take(wanted)));
        }
    }

    private boolean isDue(Instant now) {
        try {
            return backups.newest()
                    .filter(begun -> begun.plus(backupEvery).isAfter(now))
                    .isEmpty();
        } catch (HoldfastException e) {
            LOG.warn("it cannot be found out whether a backup is due code={}", e.code(), e);
            return false;
        }
    }

    private void take(Optional<WantedBackup> wanted) {
        try {
            LOG.info(
                    "a base backup begins reason={}",
                    wanted.map(backup -> backup.reason().name()).orElse("schedule"));
            backups.take();
            wanted.ifPresent(capture.localState()::backupTaken);
            notBefore = Optional.empty();
        } catch (HoldfastException e) {
            LOG.error("the base backup failed and is tried again later code={}", e.code(), e);
            notBefore = Optional.of(clock.instant().plus(AFTER_FAILURE));
        }
    }
}
