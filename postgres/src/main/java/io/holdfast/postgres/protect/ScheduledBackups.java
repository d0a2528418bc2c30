package io.holdfast.postgres.protect;

import io.holdfast.postgres.Pause;
import io.holdfast.postgres.capture.Capture;
import io.holdfast.postgres.capture.CaptureState;
import io.holdfast.postgres.capture.WantedBackup;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a backup whenever the schedule says so, in a thread of its own, until it is interrupted. */
final class ScheduledBackups implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(ScheduledBackups.class);

    private static final Duration TICK = Duration.ofSeconds(1);

    /** Others take backups, too; a schedule counts in hours. */
    private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(1);

    private final Capture capture;
    private final Protection.Backups backups;
    private final Schedule schedule;
    private final BackupDiary diary;
    private final Path stateFolder;
    private final InstantSource clock;
    private final Pause pause;
    private KnownBackups known = KnownBackups.NONE;
    private RestoreRates rates = RestoreRates.ASSUMED;
    private boolean looked;
    private long lookedAt;
    private long quietSince = System.nanoTime();

    ScheduledBackups(
            Capture capture,
            Protection.Backups backups,
            Schedule schedule,
            BackupDiary diary,
            InstantSource clock,
            Pause pause) {
        this.capture = capture;
        this.backups = backups;
        this.schedule = schedule;
        this.diary = diary;
        this.stateFolder = capture.stateFolder();
        this.clock = clock;
        this.pause = pause;
    }

    @Override
    public void run() {
        try {
            while (true) {
                try {
                    step();
                } catch (RuntimeException e) {
                    LOG.warn("it cannot be found out whether a backup is due", e);
                    looked = false;
                    pause.pause(BETWEEN_LOOKS);
                }
                pause.pause(TICK);
            }
        } catch (InterruptedException _) {
            // Told to stop.
        }
    }

    private void step() throws InterruptedException {
        if (!(capture.status().state() instanceof CaptureState.Streaming)) {
            return;
        }
        if (!looked || System.nanoTime() - lookedAt > BETWEEN_LOOKS.toNanos()) {
            look();
        }
        if (decide() instanceof Decision.Take) {
            // Perhaps somebody took one by hand just now.
            look();
            var wanted = capture.localState().wantedBackup();
            if (decide() instanceof Decision.Take take) {
                take(take, wanted);
                looked = false;
            }
        }
    }

    private void look() {
        var found = backups.look(known, clock.instant());
        if (found.count() > known.count()) {
            quietSince = System.nanoTime();
        }
        known = found;
        rates = RestoreRates.of(stateFolder, known.newestFull());
        lookedAt = System.nanoTime();
        looked = true;
    }

    private Decision decide() {
        var end = capture.status().serverFlushed();
        var forecast =
                known.newest().flatMap(newest -> end.map(position -> RestoreForecast.of(newest, position, rates)));
        return schedule.decide(new Schedule.Facts(
                clock.instant(),
                known,
                Duration.ofNanos(System.nanoTime() - quietSince),
                forecast.map(found -> OptionalLong.of(found.walBytes())).orElseGet(OptionalLong::empty),
                forecast,
                capture.localState().wantedBackup(),
                diary.trouble()));
    }

    /** @param wanted what this backup answers: asked for before it begins */
    private void take(Decision.Take due, Optional<WantedBackup> wanted) throws InterruptedException {
        var attempt = new BackupAttempt(clock.instant(), ProcessHandle.current().pid(), due.kind(), due.reason());
        try {
            LOG.info("a backup begins kind={} reason={}", due.kind(), due.reason());
            diary.begins(attempt);
            backups.take(due.kind());
            wanted.ifPresent(capture.localState()::backupTaken);
            diary.succeeded();
            LOG.info("the backup is complete kind={}", due.kind());
        } catch (RuntimeException | Error e) {
            // A defect, too, is remembered and tried again later: capture goes on.
            failed(attempt, e);
        }
    }

    private void failed(BackupAttempt attempt, Throwable problem) throws InterruptedException {
        if (Thread.interrupted()) {
            diary.givenUp();
            throw new InterruptedException();
        }
        var trouble = diary.failed(attempt, BackupTrouble.Failure.of(problem), clock.instant());
        LOG.error(
                "the backup failed and is tried again later code={} failures={} notBefore={}",
                trouble.code(),
                trouble.failures(),
                trouble.notBefore(),
                problem);
    }
}
