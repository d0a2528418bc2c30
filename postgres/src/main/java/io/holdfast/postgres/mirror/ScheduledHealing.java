package io.holdfast.postgres.mirror;

import io.holdfast.postgres.Pause;
import io.holdfast.problem.HoldfastException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings to each store of a repository what it lacks, in a thread of its own, until it is interrupted: soon after something was not stored
 * in one, and now and then in any case, since other processes write too.
 */
public final class ScheduledHealing implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(ScheduledHealing.class);

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);

    /** A store that does not answer is not asked for more often. */
    private static final Duration AT_MOST = Duration.ofMinutes(1);

    private static final Duration AT_LEAST = Duration.ofMinutes(15);

    private final Mirrors mirrors;
    private final Pause pause;

    public ScheduledHealing(Mirrors mirrors, Pause pause) {
        this.mirrors = mirrors;
        this.pause = pause;
    }

    @Override
    public void run() {
        try {
            while (true) {
                boolean due = !heal();
                long begun = System.nanoTime();
                do {
                    pause.pause(BETWEEN_LOOKS);
                    due |= mirrors.isLacking();
                } while (!hasPassed(due ? AT_MOST : AT_LEAST, begun));
            }
        } catch (InterruptedException _) {
            // Told to stop.
        }
    }

    private static boolean hasPassed(Duration time, long since) {
        return System.nanoTime() - since >= time.toNanos();
    }

    /** Whether every store has all now. */
    private boolean heal() throws InterruptedException {
        try {
            var healing = mirrors.heal();
            healing.away().forEach((location, why) -> LOG.warn("a mirror does not answer location={}", location, why));
            healing.pairs().forEach(ScheduledHealing::tell);
            return healing.isWhole();
        } catch (HoldfastException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LOG.error("mirrors are not healed, and it is tried again later code={}", e.code(), e);
        } catch (RuntimeException e) {
            // A defect must not end capture and backups.
            LOG.error("mirrors are not healed, and it is tried again later", e);
        }
        return false;
    }

    private static void tell(Mirrors.Healed pair) {
        if (pair.holds() > 0) {
            LOG.info("a mirror got holds that it lacked to={} objects={}", pair.to(), pair.holds());
        }
        pair.problem()
                .ifPresent(why ->
                        LOG.warn("a mirror does not get all that it lacks from={} to={}", pair.from(), pair.to(), why));
        pair.report()
                .filter(report -> report.isNews())
                .ifPresent(report -> LOG.info(
                        "a mirror got what it lacked from={} to={} backups={} wal objects={} bytes={} records={}",
                        pair.from(),
                        pair.to(),
                        report.backups().stream()
                                .filter(backup -> !backup.wasThere())
                                .count(),
                        report.walObjects(),
                        report.walBytes(),
                        report.records()));
    }
}
