package io.holdfast.postgres.protect;

import io.holdfast.postgres.Pause;
import io.holdfast.postgres.capture.Capture;
import io.holdfast.postgres.capture.CaptureState;
import io.holdfast.postgres.capture.StateFiles;
import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.pack.BackupId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Keeps one member protected: a capture that runs, and a backup whenever the schedule says that one is due. Runs in the
 * thread that calls {@link #run}; {@link #stop} may be called by any, such as a shutdown hook.
 */
public final class Protection {

    private static final Duration TICK = Duration.ofMillis(500);

    private final Capture capture;
    private final ServiceManager manager;
    private final InstantSource clock;
    private final Pause pause;
    private final BackupDiary diary;
    private final ScheduledBackups scheduled;
    private final List<Beside> beside;
    private volatile boolean stopping;
    private Optional<Thread> running = Optional.empty();
    private List<Thread> atWork = List.of();

    /** Knows and takes backups; the protection decides when. Used by one thread. */
    public interface Backups {

        /**
         * Looks at what there is.
         *
         * @param known what was found before, which need not be read again
         */
        KnownBackups look(KnownBackups known, Instant now);

        /** Takes one, to the end. An interrupt ends it without one. */
        void take(BackupId.Kind kind);
    }

    /**
     * What is done beside, on a thread of its own, until it is interrupted.
     *
     * @param name of the thread
     */
    public record Beside(String name, Runnable work) {}

    /** The machine that it runs on. */
    public record Machine(ServiceManager manager, InstantSource clock, Pause pause, RandomGenerator random) {}

    /**
     * Brings together what is needed.
     *
     * @param capture started; closed at the end
     * @param beside what this process shall do, too: removing what is not needed any more, healing mirrors
     */
    public Protection(Capture capture, Backups backups, SchedulePolicy policy, List<Beside> beside, Machine machine) {
        this.beside = List.copyOf(beside);
        this.capture = capture;
        this.manager = machine.manager();
        this.clock = machine.clock();
        this.pause = machine.pause();
        this.diary = new BackupDiary(StateFiles.in(capture.stateFolder()), machine.random());
        this.scheduled = new ScheduledBackups(capture, backups, new Schedule(policy), diary, clock, pause);
    }

    /**
     * Runs until it is stopped, or the capture may not go on.
     *
     * @throws HoldfastException why the capture may not go on
     */
    public void run() throws InterruptedException {
        try {
            diary.open(clock.instant());
            atWork = beside.stream()
                    .map(one -> Thread.ofPlatform().name(one.name()).start(one.work()))
                    .toList();
            loop();
        } finally {
            manager.stopping();
            for (var thread : Stream.concat(running.stream(), atWork.stream()).toList()) {
                thread.interrupt();
                thread.join();
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

    /** Does little, so that the service manager hears from us in time: backups have a thread of their own. */
    private void loop() throws InterruptedException {
        long told = 0;
        boolean ready = false;
        var saying = "";
        long interval = manager.watchdogInterval().map(Duration::toNanos).orElse(Long.MAX_VALUE);
        while (!stopping) {
            var state = capture.status().state();
            if (state instanceof CaptureState.Stopped) {
                return;
            }
            // At once: who looks just after the start must not read for half a minute that it is still connecting.
            if (!saying.equals(describe(state))) {
                saying = describe(state);
                manager.status(saying);
            }
            if (!ready && !(state instanceof CaptureState.Connecting)) {
                // Also when it waits for a server that recovers or a repository that is away: a service manager that
                // hears nothing kills what waits, and starts it again, and again.
                manager.ready();
                ready = true;
            }
            if (running.isEmpty() && state instanceof CaptureState.Streaming) {
                running = Optional.of(
                        Thread.ofPlatform().name("scheduled-backups").start(scheduled));
            }
            long now = System.nanoTime();
            if (interval != Long.MAX_VALUE && (told == 0 || now - told > interval)) {
                manager.alive();
                told = now;
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
}
