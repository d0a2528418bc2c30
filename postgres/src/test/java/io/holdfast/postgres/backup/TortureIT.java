package io.holdfast.postgres.backup;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random lives of clusters. One short one in every build, always the same; with {@code -Dholdfast.torture=true} new ones for
 * {@code holdfast.torture.minutes}, 10 unless told; with {@code -Dholdfast.torture.seed=N} that one.
 */
class TortureIT {

    private static final int SHORT = 20;
    private static final int LONG = 40;

    @Test
    void whatever_happens_every_backup_comes_back() throws InterruptedException {
        var chosen = Long.getLong("holdfast.torture.seed");
        if (chosen != null) {
            live(chosen, LONG);
        } else if (Boolean.getBoolean("holdfast.torture")) {
            var end = Instant.now().plus(Duration.ofMinutes(Long.getLong("holdfast.torture.minutes", 10)));
            var seeds = new Random();
            int lived = 0;
            for (; Instant.now().isBefore(end); lived++) {
                live(seeds.nextLong(1, 1_000_000_000), LONG);
            }
            System.out.printf("torture: %d seeds%n", lived);
        } else {
            live(18, SHORT);
        }
    }

    private static void live(long seed, int steps) throws InterruptedException {
        System.out.printf("torture: seed %d%n", seed);
        try (var run = new TortureRun(seed, steps)) {
            try {
                run.run();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "seed %d, to be repeated with build/torture --seed %d:%n%s".formatted(seed, seed, run.diary()),
                        e);
            }
            System.out.printf(
                    "torture: seed %d: %d backups%n%s%n",
                    seed, run.backups(), run.diary().indent(4));
        }
    }
}
